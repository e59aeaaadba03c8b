package dev.sallyport.cli;

import dev.sallyport.admin.Answer;
import dev.sallyport.admin.ControlClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which running gateway is asked, and how. */
final class ControlOptions {

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @ArgGroup
    private @Nullable Where where;

    @Option(names = "--json", description = "Print the gateway's answer, one JSON object.")
    private boolean json;

    static final class Where {
        @Option(names = "--config", paramLabel = "FILE", description = "Ask the gateway that runs this configuration file.")
        private @Nullable Path file;

        @Option(names = "--socket", paramLabel = "PATH", description = "Ask the gateway that has this control socket.")
        private @Nullable Path socket;
    }

    private ControlOptions() {}

    boolean json() {
        return json;
    }

    /** Where answers are printed. */
    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /**
     * Asks, and prints the answer.
     *
     * @param table of the answer, where JSON is not wanted
     * @throws CommandFailure when no gateway answers, or it did not understand
     */
    int list(String request, Function<Answer, TextTable> table) throws CommandFailure {
        var reply = ask(request);
        if (json) {
            out().println(reply.json());
        } else {
            table.apply(reply.answer()).lines().forEach(out()::println);
        }
        return Sallyport.GOOD;
    }

    /** @throws CommandFailure when no gateway answers, or it did not understand */
    ControlClient.Reply ask(String request) throws CommandFailure {
        var socket = socket();
        try {
            var reply = ControlClient.ask(socket, request);
            var error = reply.answer().error();
            if (error != null) {
                throw new CommandFailure(Sallyport.WRONG_USAGE, "the gateway on " + socket + " says: " + error);
            }
            return reply;
        } catch (IOException failed) {
            throw new CommandFailure(Sallyport.WRONG_USAGE, sentence(socket, failed), failed);
        }
    }

    private Path socket() throws CommandFailure {
        var folder = ControlFolder.ofThisProcess();
        if (where != null && where.socket != null) {
            return where.socket;
        }
        if (where != null && where.file != null) {
            var socket = folder.socket(CheckCommand.read(where.file).controlSocket(), where.file);
            if (socket == null) {
                throw new CommandFailure(Sallyport.WRONG_USAGE,
                        where.file + " has 'controlSocket: none': its gateway answers nobody. Write auto or a path.");
            }
            return socket;
        }
        var found = folder.sockets();
        if (found.size() == 1) {
            return found.getFirst();
        }
        throw new CommandFailure(Sallyport.WRONG_USAGE, found.isEmpty()
                ? "no gateway runs here: " + folder.path() + " holds no control socket. Name one with --config FILE or --socket PATH."
                : "there are several gateways. Name one with --socket:"
                        + String.join("", found.stream().map(each -> System.lineSeparator() + "  " + each).toList()));
    }

    private static String sentence(Path socket, IOException failed) {
        var said = Objects.requireNonNullElse(failed.getMessage(), failed.toString());
        var denied = failed instanceof AccessDeniedException || said.toLowerCase(Locale.ROOT).contains("permission denied");
        if (denied) {
            return "the gateway on " + socket + " answers only its own user and root.";
        }
        if (!Files.exists(socket)) {
            return "no gateway runs there: there is no control socket " + socket + ".";
        }
        return failed instanceof ConnectException
                ? "no gateway runs there: nobody answers on the control socket " + socket + "."
                : "no answer on the control socket " + socket + ": " + said + ".";
    }

    /** For {@link Answer}s whose part must be there when no error is. */
    static <T> T present(@Nullable T part) {
        return Objects.requireNonNull(part, "the gateway answered something else");
    }
}
