package dev.sallyport.cli;

import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.PortRange;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What all benchmarks of a gateway can be told. */
final class BenchOptions {

    @Option(names = "--rounds", defaultValue = "5", description = "Measured rounds (${DEFAULT-VALUE}).")
    int rounds;

    @Option(
            names = "--warm-ups",
            defaultValue = "5",
            description = "Rounds before them that do not count: a JVM compiles for its first half minute of load (${DEFAULT-VALUE}).")
    int warmUps;

    @Option(
            names = "--size",
            defaultValue = "1G",
            converter = Size.class,
            description = "Size of the large file, with K, M or G for powers of 1024 (${DEFAULT-VALUE}).")
    long size;

    @Option(
            names = "--seconds",
            defaultValue = "2",
            converter = Seconds.class,
            description = "How long what is repeated is repeated in a round, small transfers above all (${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    Duration time;

    @Option(names = "--round-trips", defaultValue = "10000", description = "NOOPs in a round (${DEFAULT-VALUE}).")
    int roundTrips;

    @Option(
            names = "--haproxy-threads",
            description = "HAProxy's nbthread (as many as this machine has cores, which is its own default).")
    int haproxyThreads = Runtime.getRuntime().availableProcessors();

    /** A time such as {@code 0.5}. */
    static final class Seconds implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            try {
                return Duration.ofNanos((long) (Double.parseDouble(text) * 1e9));
            } catch (NumberFormatException e) {
                throw new TypeConversionException("a time is a number of seconds such as 2 or 0.5, not '" + text + "'");
            }
        }
    }

    /** A number of bytes such as {@code 1G}. */
    static final class Size implements ITypeConverter<Long> {
        private static final Pattern SIZE = Pattern.compile("(\\d{1,9})([KMG]?)");

        @Override
        public Long convert(String text) {
            Matcher size = SIZE.matcher(text.toUpperCase(Locale.ROOT));
            if (!size.matches()) {
                throw new TypeConversionException("a size is a number of bytes such as 65536, 64K, 100M or 1G, not '" + text + "'");
            }
            int unit = size.group(2).isEmpty() ? 0 : "KMG".indexOf(size.group(2)) + 1;
            return Long.parseLong(size.group(1)) << (10 * unit);
        }
    }

    /** A port such as {@code 22121}. */
    static final class OnePort implements ITypeConverter<Port> {
        @Override
        public Port convert(String text) {
            try {
                return new Port(Integer.parseInt(text));
            } catch (NumberFormatException e) {
                throw new TypeConversionException("a port is 1 to 65535, not '" + text + "'");
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** A range of ports such as {@code 22200-22263}. */
    static final class Ports implements ITypeConverter<PortRange> {
        @Override
        public PortRange convert(String text) {
            try {
                return PortRange.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
