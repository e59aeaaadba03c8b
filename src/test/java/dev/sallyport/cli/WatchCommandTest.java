package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code sallyport watch} refuses before it begins. */
class WatchCommandTest {

    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --port 21                           | specify one of these
            -i lo -r x.pcap                     | mutually exclusive
            -i lo --json --log-format zeek      | both say what to print
            -r x.pcap --listen 127.0.0.1:9000   | --listen goes with -i
            -i lo --listen 192.0.2.1:9000       | give 127.0.0.1:9000.
            -i lo --listen here                 | --listen:
            -i lo --port 70000                  | a port is 1 to 65535
            -i lo --hold 0                      | a size is 1 to 2047 MiB
            -i lo --buffer 4096                 | a size is 1 to 2047 MiB
            -i lo --rules nowhere.yaml          | nowhere.yaml
            """)
    void whatMakesNoSense_isRefused_andSaysWhy(String arguments, String why) {
        assertThat(Sallyport.commandLine().setErr(new PrintWriter(err)).execute(("watch " + arguments).split(" ", -1))).isEqualTo(2);
        assertThat(err.toString()).contains(why);
    }
}
