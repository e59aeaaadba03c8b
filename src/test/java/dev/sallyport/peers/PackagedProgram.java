package dev.sallyport.peers;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How tests start the real program: by its launcher, as users do, where this build has packaged it; elsewhere from the class path. */
public final class PackagedProgram {

    private static final @Nullable String LAUNCHER = System.getenv("SALLYPORT_LAUNCHER");

    /** Many start at once in the tests, and none lives long. */
    private static final String OPTIONS = "-XX:TieredStopAtLevel=1";

    private PackagedProgram() {}

    /** A command line. @param arguments the command's name and what it is given */
    public static List<String> command(String... arguments) {
        return command(List.of(), List.of(arguments));
    }

    /** The same. @param environment options of {@code env} and variables, such as {@code PATH=/usr/bin} */
    public static List<String> command(List<String> environment, List<String> arguments) {
        var command = new ArrayList<>(List.of(Requirements.program("env").toString()));
        command.addAll(environment);
        command.addAll(LAUNCHER == null ? classes() : List.of("SALLYPORT_JAVA_OPTS=" + OPTIONS, LAUNCHER));
        command.addAll(arguments);
        return command;
    }

    private static List<String> classes() {
        return List.of(
                ProcessHandle.current().info().command().orElseThrow(), OPTIONS, "-XX:+UseSerialGC", "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
                // The program's own, where the tests have another on the class path.
                "-Dlogback.configurationFile=logback.xml",
                "-cp", System.getProperty("java.class.path"), "dev.sallyport.cli.Sallyport");
    }
}
