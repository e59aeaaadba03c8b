package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class BenchCommandTest {
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --data-ports some                        | 'such as 2122-2129'
            --data-ports 5-4                         | 'upwards'
            --data-ports 22200-70000                 | '1 to 65535'
            --size 1X                                | 'such as 65536, 64K'
            --size -5                                | 'size'
            --size 99999999999G                      | 'size'
            --settle -1                              | 'below 0'
            --seconds soon                           | '--seconds'
            --seconds 0                              | 'above 0'
            --seconds NaN                            | 'above 0'
            --starts 0                               | 'above 0'
            --rounds 0                               | 'above 0'
            --warm-ups -1                            | 'below 0'
            --port 22205                             | 'within the data ports'
            --port 70000                             | '1 to 65535'
            --sessions 65                            | 'data ports'
            --idle-sessions 100000000                | 'ulimit -n'
            --check --skip-haproxy                   | 'everything measured'
            --launcher nowhere                       | '--launcher'
            """)
    void badOption_isRefusedWithWhatIsAllowed(String options, String said) {
        assertThat(execute(("relay " + options).split(" +", -1))).isEqualTo(2);
        assertThat(err.toString()).contains(said);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --rounds 0                 | 'above 0'
            --warm-ups -1              | 'below 0'
            --seconds 0                | 'above 0'
            --size 1X                  | 'such as 65536, 64K'
            --pinholes 60001           | 'room for 65535'
            --variants routed,other    | 'no variant'
            --check --variants routed  | 'everything measured'
            --launcher nowhere         | '--launcher'
            """)
    void badOptionOfTheKernelBenchmark_isRefusedWithWhatIsAllowed(String options, String said) {
        assertThat(execute(("kernel " + options).split(" +", -1))).isEqualTo(2);
        assertThat(err.toString()).contains(said);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --rounds 0                 | 'above 0'
            --warm-ups -1              | 'below 0'
            --size 1X                  | 'such as 65536, 64K'
            --port 22399               | 'within the data ports'
            --port 65535               | 'there is no next'
            --sessions 65              | 'data ports'
            --variants direct,other    | 'no variant'
            --check --variants direct  | 'everything measured'
            --launcher nowhere         | '--launcher'
            --other-launcher nowhere   | '--launcher'
            """)
    void badOptionOfTheFtpsBenchmark_isRefusedWithWhatIsAllowed(String options, String said) {
        assertThat(execute(("ftps " + options).split(" +", -1))).isEqualTo(2);
        assertThat(err.toString()).contains(said);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --rounds 0                 | 'above 0'
            --sessions 0               | 'above 0'
            --size 1X                  | 'such as 65536, 64K'
            --launcher nowhere         | '--launcher'
            """)
    void badOptionOfTheReplayBenchmark_isRefusedWithWhatIsAllowed(String options, String said) {
        assertThat(execute(("replay " + options).split(" +", -1))).isEqualTo(2);
        assertThat(err.toString()).contains(said);
    }

    @Test
    void noSubcommand_showsUsage() {
        assertThat(execute()).isEqualTo(2);
        assertThat(err.toString()).contains("relay");
    }

    private int execute(String... args) {
        return new CommandLine(new BenchCommand()).setErr(new PrintWriter(err, true)).execute(args);
    }
}
