package dev.sallyport.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.lab.EmbeddedServer;
import java.io.IOException;
import java.net.InetAddress;
import org.apache.commons.net.ftp.FTPClient;

/** Clients of Apache commons-net, which come to a gateway on this host. */
public final class FtpClients {

    private static final int SILENCE_MILLIS = 20_000;

    private FtpClients() {}

    /** Connects one that has not logged in, and will be passive. @param from an address on loopback @return the client */
    public static <C extends FTPClient> C connect(C client, String from, int port) throws IOException {
        client.setDefaultTimeout(SILENCE_MILLIS);
        client.connect(InetAddress.getByName("127.0.0.1"), port, InetAddress.getByName(from), 0);
        client.setSoTimeout(SILENCE_MILLIS);
        client.enterLocalPassiveMode();
        return client;
    }

    /** The same as the user of an {@link EmbeddedServer}, logged in. */
    public static <C extends FTPClient> C login(C client, int port) throws IOException {
        connect(client, "127.0.0.1", port);
        assertThat(client.login(EmbeddedServer.USER, EmbeddedServer.PASSWORD)).as(client.getReplyString()).isTrue();
        return client;
    }
}
