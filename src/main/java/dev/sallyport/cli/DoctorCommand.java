package dev.sallyport.cli;

import dev.sallyport.cli.doctor.Doctor;
import dev.sallyport.cli.doctor.Finding;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.EnumNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** {@code sallyport doctor}: what this host lacks, and the line that mends it. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = {
            "Says what this host lacks for a configuration, or without one for everything that Sallyport can do,",
            "and with each thing the line that mends it. Changes nothing."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:nothing is missing", "1:something is", "2:wrong usage or configuration"})
final class DoctorCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--config", paramLabel = "FILE", description = "What is wanted of this host.")
    private @Nullable Path file;

    @Option(names = "--json", description = "Print one JSON object instead of lines.")
    private boolean json;

    private DoctorCommand() {}

    @Override
    public Integer call() throws CommandFailure {
        var findings = Doctor.look(file == null ? null : CheckCommand.read(file));
        var out = spec.commandLine().getOut();
        if (json) {
            var mapper = JsonMapper.builder().enumNamingStrategy(EnumNamingStrategies.LOWER_CAMEL_CASE).build();
            out.println(mapper.writeValueAsString(Map.of("findings", findings)));
        } else {
            lines(findings).forEach(out::println);
        }
        return findings.stream().anyMatch(finding -> finding.state() == Finding.State.MISSING) ? Sallyport.FAILED : Sallyport.GOOD;
    }

    /** A line for each, and below it, indented, the line that mends it. */
    static List<String> lines(List<Finding> findings) {
        return findings.stream().mapMulti((Finding finding, Consumer<String> line) -> {
            line.accept("%-7s  %s: %s".formatted(
                    finding.state().name().toLowerCase(Locale.ROOT), finding.what(), finding.said()));
            if (finding.mend() != null) {
                line.accept(" ".repeat(9) + finding.mend());
            }
        }).toList();
    }
}
