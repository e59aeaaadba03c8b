package dev.sallyport.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.Side;
import dev.sallyport.rules.OwnAddresses;
import dev.sallyport.rules.limit.Limits;
import dev.sallyport.rules.limit.LoginLimits;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What counts as a failed login, besides the server's refusal. */
class TurnsTest {

    private final Limits limits = new Limits();

    @ParameterizedTest
    @CsvSource({"PASS guess,true", "NOOP,false"})
    void session_cutWithASecretUnanswered_hasFailed(String last, boolean failed) throws UnknownHostException {
        var client = endpoint("192.0.2.10", 40_000);
        for (int i = 0; i < LoginLimits.DEFAULT.free(); i++) {
            assertThat(waits(client.address())).isFalse();
            var engine = new SessionEngine(
                    new SessionContext(new SessionId(i + 1), client, endpoint("203.0.113.1", 21)), SessionPolicy.DEFAULT,
                    new SessionHost(limits, (_, _) -> 0, OwnAddresses.NONE), Tally.NONE, 0);
            engine.handle(new Input.ServerConnected(endpoint("198.51.100.1", 45_000), endpoint("198.51.100.20", 21)), 0);
            engine.handle(new Input.ServerLine(FtpLine.of("220 Ready")), 0);
            engine.handle(new Input.ClientLine(FtpLine.of("USER root")), 0);
            engine.handle(new Input.ServerLine(FtpLine.of("331 Password?")), 0);
            engine.handle(new Input.ClientLine(FtpLine.of(last)), 0);
            engine.handle(new Input.InputEnded(Side.CLIENT, true), 0);
        }
        assertThat(waits(client.address())).isEqualTo(failed);
    }

    /** Whether the next one would wait; of those that need not, many may be under way. */
    private boolean waits(InetAddress client) {
        return limits.turn(client, LoginLimits.DEFAULT, 0) > 0;
    }

    private static Endpoint endpoint(String address, int port) throws UnknownHostException {
        return new Endpoint(InetAddress.getByName(address), new Port(port));
    }
}
