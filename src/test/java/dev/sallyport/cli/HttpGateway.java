package dev.sallyport.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.config.ConfigurationFile;
import dev.sallyport.lab.EmbeddedServer;
import dev.sallyport.peers.Family;
import dev.sallyport.peers.FreePorts;
import dev.sallyport.peers.FtpClients;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.regex.Pattern;
import org.apache.commons.net.ftp.FTPClient;

/** A gateway in front of a real server, and what asks it over HTTP. */
final class HttpGateway implements AutoCloseable {

    static final String TOKEN = "0123456789abcdef0123456789abcdef";

    private static final Pattern SESSION = Pattern.compile("\\{\"count\":1,\"sessions\":\\[\\{\"id\":\"([0-9a-z]+)\".*");

    /** That a token is needed, in the section about telemetry. */
    static final String WITH_TOKEN = "  token: token\n";

    final Path file;
    final int httpPort;
    final RunningGateways gateways;
    final HttpClient http = HttpClient.newHttpClient();
    private final EmbeddedServer server;
    private final int port;

    /** @param gateway more of the gateway's section, indented by four @param telemetry more of that section, indented by two */
    private HttpGateway(Path folder, EmbeddedServer server, int dataPorts, String gateway, String telemetry) throws Exception {
        this.server = server;
        port = FreePorts.pair(Family.IPV4);
        httpPort = FreePorts.pair(Family.IPV4);
        writeToken(folder, TOKEN);
        file = Files.writeString(folder.resolve("gate.yaml"), """
                gateways:
                  - name: main
                    listen: 127.0.0.1:%d
                    server: %s
                    dataPorts: %s
                %stelemetry:
                  http: 127.0.0.1:%d
                %s""".formatted(port, server.address(), FreePorts.range(dataPorts, Family.IPV4), gateway, httpPort, telemetry));
        var configuration = ConfigurationFile.read(file);
        gateways = RunningGateways.start(configuration, file, configuration.log());
    }

    static HttpGateway start(Path folder) throws Exception {
        return start(folder, "", WITH_TOKEN);
    }

    /** @param gateway more of the gateway's section, indented by four @param telemetry more of that section, indented by two */
    static HttpGateway start(Path folder, String gateway, String telemetry) throws Exception {
        return start(folder, 4, gateway, telemetry);
    }

    /** @param dataPorts how many */
    static HttpGateway start(Path folder, int dataPorts, String gateway, String telemetry) throws Exception {
        var server = EmbeddedServer.start();
        try {
            return new HttpGateway(folder, server, dataPorts, gateway, telemetry);
        } catch (Exception failed) {
            server.close();
            throw failed;
        }
    }

    /** For its owner alone. */
    static void writeToken(Path folder, String token) throws IOException {
        var file = Files.writeString(folder.resolve("token"), token + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    FTPClient login() throws IOException {
        return FtpClients.login(new FTPClient(), port);
    }

    /** The id of the only session there is. */
    String session() throws IOException, InterruptedException {
        var found = SESSION.matcher(get("/api/sessions").body());
        assertThat(found.matches()).isTrue();
        return found.group(1);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort + path)).timeout(Duration.ofSeconds(20));
    }

    /** With the token. */
    HttpRequest.Builder trusted(String path) {
        return request(path).header("Authorization", "Bearer " + TOKEN);
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    Socket connect() throws IOException {
        var socket = new Socket("127.0.0.1", httpPort);
        socket.setSoTimeout(15_000);
        return socket;
    }

    /** A request as it goes over the wire. */
    static String line(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    }

    /** @return the status of the answer, which is read whole */
    static int ask(Socket socket, String path) throws IOException {
        socket.getOutputStream().write(line(path).getBytes(US_ASCII));
        return status(socket.getInputStream());
    }

    /** Reads one answer whole. */
    static int status(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            var next = in.read();
            assertThat(next).as("the connection ended after: %s", head).isNotNegative();
            head.append((char) next);
        }
        var length = Pattern.compile("(?i)content-length: (\\d+)").matcher(head);
        assertThat(length.find()).as(head.toString()).isTrue();
        in.skipNBytes(Integer.parseInt(length.group(1)));
        return Integer.parseInt(head.substring(9, 12));
    }

    @Override
    public void close() {
        gateways.close();
        http.shutdownNow();
        server.close();
    }
}
