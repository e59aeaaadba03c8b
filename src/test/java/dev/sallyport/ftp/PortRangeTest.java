package dev.sallyport.ftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PortRangeTest {

    @ParameterizedTest
    @CsvSource({
        "2122-2129, 2122, 2129, 2122-2129", "2122, 2122, 2122, 2122", "' 2122 - 2129 ', 2122, 2129, 2122-2129", "' 21 ', 21, 21, 21",
        "1-65535, 1, 65535, 1-65535", "7-7, 7, 7, 7"
    })
    void range_ofOnePortOrTwo_isReadAndWritten(String text, int first, int last, String written) {
        var range = PortRange.parse(text);
        assertThat(range).isEqualTo(new PortRange(new Port(first), new Port(last))).hasToString(written);
        assertThat(PortRange.parse(written)).isEqualTo(range);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "2122-", "-2129", "2122-2129-2130", "2122:2129", "ftp", "21,22", "99999999999", "0x15"})
    void range_inAnyOtherForm_isRefusedWithTheForm(String text) {
        assertThatThrownBy(() -> PortRange.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'" + text + "' is not a port range; write one port or two with a dash, such as 2122-2129");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0-10, 0", "1-65536, 65536", "70000, 70000", "21--5, -5"})
    void range_withANumberThatIsNoPort_isRefusedWithTheNumber(String text, String number) {
        assertThatThrownBy(() -> PortRange.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a port is 1 to 65535, not " + number);
    }

    @Test
    void range_upsideDown_isRefused() {
        assertThatThrownBy(() -> PortRange.parse("2129-2122")).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a port range goes upwards, not from 2129 to 2122");
    }

    @ParameterizedTest
    @CsvSource({"2122-2129, 8", "2122, 1", "1-65535, 65535"})
    void size_countsBothEnds(String text, int size) {
        assertThat(PortRange.parse(text).size()).isEqualTo(size);
    }

    @Test
    void at_overTheWholeSize_givesEveryPort() {
        var range = PortRange.parse("2122-2125");
        assertThat(IntStream.range(0, range.size()).mapToObj(range::at).map(Port::number)).containsExactly(2122, 2123, 2124, 2125);
    }

    @ParameterizedTest
    @CsvSource({"2121, false", "2122, true", "2125, true", "2129, true", "2130, false"})
    void contains_holdsFromFirstToLast(int port, boolean contained) {
        assertThat(PortRange.parse("2122-2129").contains(new Port(port))).isEqualTo(contained);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 65_536, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void port_outOfRange_isAMistake(int number) {
        assertThat(Port.valid(number)).isFalse();
        assertThatThrownBy(() -> new Port(number)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(Integer.toString(number));
    }

    @ParameterizedTest
    @CsvSource({"1, true", "1023, true", "1024, false", "65535, false"})
    void port_below1024_isPrivileged(int number, boolean privileged) {
        assertThat(Port.valid(number)).isTrue();
        assertThat(new Port(number).privileged()).isEqualTo(privileged);
    }
}
