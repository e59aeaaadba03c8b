package dev.sallyport.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.DataAddress;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Parsed;
import java.net.InetAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The input is the argument of a command, or the text of a reply: each parser reads it. */
class DataAddressFuzzTest {

    private static final InetAddress PEER_4 = Objects.requireNonNull(Addresses.parse("192.0.2.1"));
    private static final InetAddress PEER_6 = Objects.requireNonNull(Addresses.parse("2001:db8::1"));

    @FuzzTest
    void anyText_parses_orIsRejected(byte[] input) {
        var text = Peer.text(input);
        roundTrips(DataAddress.port(text));
        roundTrips(DataAddress.eprt(text));
        roundTrips(DataAddress.lprt(text));
        roundTrips(DataAddress.passive(text));
        roundTrips(DataAddress.longPassive(text));
        extendedPassive(text, PEER_4);
        extendedPassive(text, PEER_6);
        address(text);
    }

    /** Whatever is accepted is written so that it reads as the same endpoint, in every form that can name it. */
    private static void roundTrips(Parsed<Endpoint> parsed) {
        if (!(parsed instanceof Parsed.Value<Endpoint>(var endpoint))) {
            return;
        }
        if (endpoint.ipv4()) {
            assertThat(value(DataAddress.port(argument(DataAddress.portCommand(endpoint))))).isEqualTo(endpoint);
            assertThat(value(DataAddress.passive(argument(DataAddress.passiveReply(endpoint))))).isEqualTo(endpoint);
        }
        assertThat(value(DataAddress.eprt(argument(DataAddress.eprtCommand(endpoint))))).isEqualTo(endpoint);
        assertThat(value(DataAddress.longPassive(argument(DataAddress.longPassiveReply(endpoint))))).isEqualTo(endpoint);
        var told = argument(DataAddress.extendedPassiveReply(endpoint.port()));
        assertThat(value(DataAddress.extendedPassive(told, endpoint.address()))).isEqualTo(endpoint);
    }

    private static void extendedPassive(String text, InetAddress peer) {
        var endpoint = value(DataAddress.extendedPassive(text, peer));
        if (endpoint != null) {
            assertThat(endpoint.address()).isEqualTo(peer);
            roundTrips(Parsed.of(endpoint));
        }
    }

    /** What is accepted is a literal; a name that the machine's resolver knows would not be one. */
    private static void address(String text) {
        var address = Addresses.parse(text);
        if (address == null) {
            return;
        }
        assertThat(text).as("a literal").matches("[0-9.]{7,15}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]{1,44}");
        assertThat(Endpoint.unmapped(address)).isEqualTo(address);
        assertThat(Addresses.parse(Addresses.text(address, false))).isEqualTo(address);
    }

    private static String argument(FtpLine line) {
        return line.text(line.text().indexOf(' ') + 1);
    }

    private static @Nullable Endpoint value(Parsed<Endpoint> parsed) {
        return parsed instanceof Parsed.Value<Endpoint>(var value) ? value : null;
    }
}
