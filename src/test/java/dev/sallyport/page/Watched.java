package dev.sallyport.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.lab.EmbeddedServer;
import dev.sallyport.peers.Certificate;
import dev.sallyport.peers.Family;
import dev.sallyport.peers.FreePorts;
import dev.sallyport.peers.FtpClients;
import dev.sallyport.peers.GatewayProgram;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.commons.net.ftp.FTP;
import org.apache.commons.net.ftp.FTPClient;

/** The real program, with a page to look at, and clients that come to it. */
final class Watched implements AutoCloseable {

    static final String TOKEN = "0123456789abcdef-0123456789abcdef";

    private static final int DATA_PORTS = 60;

    private final Path folder;
    private final String configuration;
    private final int port;
    private final String address;
    private final Queue<FTPClient> clients = new ConcurrentLinkedQueue<>();
    private GatewayProgram gateway;

    /** @param server the one behind it, {@code ADDRESS:PORT} */
    Watched(Path folder, String server) throws IOException {
        this.folder = folder;
        port = FreePorts.pair(Family.IPV4);
        var http = FreePorts.pair(Family.IPV4);
        address = "http://127.0.0.1:" + http + "/";
        var token = Files.writeString(folder.resolve("token"), TOKEN + "\n");
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(folder.resolve("rules.yaml"), """
                name: harbour
                defaults: { action: allow }
                rules:
                  - name: nothing-is-deleted
                    commands: [deletes]
                    action: deny
                """);
        configuration = """
                gateways:
                  - name: harbour
                    listen: 127.0.0.1:%d
                    server: %s
                    dataPorts: %s
                    rules: rules.yaml
                limits: { sessionsPerClient: 5000 }
                timeouts: { grace: 1s }
                telemetry: { http: "127.0.0.1:%d", token: token }
                """.formatted(port, server, FreePorts.range(DATA_PORTS, Family.IPV4), http);
        gateway = GatewayProgram.startHere(folder, configuration);
    }

    /** Of its page. */
    String address() {
        return address;
    }

    void stop() throws InterruptedException {
        gateway.stop();
    }

    void startAgain() throws IOException {
        gateway = GatewayProgram.startHere(folder, configuration);
    }

    void startAgainWithoutToken() throws IOException {
        gateway = GatewayProgram.startHere(folder, configuration.replace(", token: token", ""));
    }

    /** With TLS for the clients, who have to show a certificate too. */
    void startAgainSecured(Certificate own, Certificate clients) throws IOException {
        gateway = GatewayProgram.startHere(folder, configuration.replace("    rules: rules.yaml\n", """
                    rules: rules.yaml
                    tls:
                      client: required
                      server: none
                      certificates: { certificate: %s, key: %s }
                      clientCertificates: { ca: %s }
                """.formatted(own.file(), own.key(), clients.file())));
    }

    /** Where clients find it. */
    int port() {
        return port;
    }

    /** The user of the demonstration server, logged in. */
    FTPClient login() throws IOException {
        return login("127.0.0.1", EmbeddedServer.USER);
    }

    /** @param from an address on loopback */
    FTPClient login(String from, String user) throws IOException {
        var client = connect(from);
        assertThat(client.login(user, EmbeddedServer.PASSWORD)).as(client.getReplyString()).isTrue();
        client.setFileType(FTP.BINARY_FILE_TYPE);
        return client;
    }

    /** One who has not logged in. */
    FTPClient connect(String from) throws IOException {
        var client = new FTPClient();
        client.setPassiveLocalIPAddress(InetAddress.getByName(from));
        clients.add(client);
        return FtpClients.connect(client, from, port);
    }

    @Override
    public void close() throws IOException {
        gateway.close();
        for (var client : clients) {
            client.disconnect();
        }
    }
}
