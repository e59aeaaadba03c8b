package dev.sallyport.cli;

import dev.sallyport.admin.Answer;
import dev.sallyport.cli.TextTable.Column;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sallyport sessions}: the open sessions of a running gateway. */
@Command(
        name = "sessions",
        mixinStandardHelpOptions = true,
        description = {
            "Lists the open sessions of a running gateway. Transfers and bytes are those that have ended,",
            "of opaque sessions what has moved. TLS is that which the gateway ends; the last column is the transfer that runs, or the last that did."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:listed", "2:wrong usage, or no gateway answers"})
final class SessionsCommand implements Callable<Integer> {

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private ControlOptions control;

    private SessionsCommand() {}

    @Override
    public Integer call() throws CommandFailure {
        return control.list("sessions", answer -> table(ControlOptions.present(answer.sessions())));
    }

    static TextTable table(List<Answer.Session> sessions) {
        var table = new TextTable(
                Column.text("ID"), Column.text("GATEWAY"), Column.text("CLIENT"), Column.text("CONNECTED TO"),
                Column.text("SERVER"), Column.text("TLS"), Column.text("USER"), Column.number("AGE"), Column.number("TRANSFERS"),
                Column.number("TO CLIENT"), Column.number("TO SERVER"), Column.text("STATE"),
                Column.text("TRANSFER"));
        for (var session : sessions) {
            table.row(
                    session.id(), session.gateway(), session.client(), session.address(),
                    Objects.requireNonNullElse(session.server(), "-"), tls(session), session.user().isEmpty() ? "-" : session.user(),
                    Amounts.time(session.ageSeconds()), Integer.toString(session.transfers()),
                    Amounts.bytes(session.bytesToClient()), Amounts.bytes(session.bytesToServer()), session.state(),
                    Objects.requireNonNullElse(session.transfer(), "-"));
        }
        return table;
    }

    /** With whom the gateway itself has TLS. */
    private static String tls(Answer.Session session) {
        var with = Stream.of(session.clientTls() == null ? "" : "client", session.serverTls() == null ? "" : "server")
                .filter(side -> !side.isEmpty()).collect(Collectors.joining("+"));
        return with.isEmpty() ? "-" : with;
    }
}
