package dev.sallyport.peers;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.session.SessionEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** A client with TLS that does what it should not, line by line. Whoever it speaks with it trusts. */
final class FtpsCaller implements AutoCloseable {

    private static final int SILENCE_MILLIS = 10_000;
    private static final int PORT = 21;
    private static final Pattern PASSIVE = Pattern.compile(",(\\d+),(\\d+)\\)");

    private final String host;
    private final SSLContext context;
    private final String name;
    private final Socket plain;
    private Socket socket;

    /** Calls this host. @param name callers of one context and name resume one another's sessions */
    FtpsCaller(int port, SSLContext context, String name) throws IOException {
        this("127.0.0.1", port, context, name);
    }

    /** As above. @param host an IPv4 address */
    FtpsCaller(String host, int port, SSLContext context, String name) throws IOException {
        this.host = host;
        this.context = context;
        this.name = name;
        this.plain = connect(host, port);
        this.socket = plain;
        expect("220");
    }

    static SSLContext context(String version) throws GeneralSecurityException {
        var context = SSLContext.getInstance(version);
        context.init(null, new TrustManager[] {new Anyone()}, null);
        return context;
    }

    private static Socket connect(String host, int port) throws IOException {
        var connected = new OnePort(PORT).socket();
        connected.connect(new InetSocketAddress(host, port), SILENCE_MILLIS);
        connected.setSoTimeout(SILENCE_MILLIS);
        return connected;
    }

    /** Logged in, in TLS, with PROT P. */
    FtpsCaller secured() throws IOException {
        say("AUTH TLS", "234");
        begin();
        say("USER " + ServerProgram.USER, "331");
        say("PASS " + ServerProgram.PASSWORD, "230");
        say("PBSZ 0", "200");
        say("PROT P", "200");
        return this;
    }

    void begin() throws IOException {
        socket = tls(socket, name);
    }

    private SSLSocket tls(Socket over, String peer) throws IOException {
        var secured = (SSLSocket) context.getSocketFactory().createSocket(over, peer, PORT, true);
        secured.setSoTimeout(SILENCE_MILLIS);
        secured.startHandshake();
        return secured;
    }

    /** Asks for another handshake (TLS 1.2). @throws IOException when it is refused */
    void renegotiate() throws IOException {
        ((SSLSocket) socket).startHandshake();
    }

    /** Ends TLS, and the connection stays. */
    void end() throws IOException {
        ((SSLSocket) socket).shutdownOutput();
    }

    void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        socket.getOutputStream().flush();
    }

    /** Past the TLS that stands. */
    void sendInClear(String text) throws IOException {
        plain.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    String say(String line, String code) throws IOException {
        send(line + "\r\n");
        return expect(code);
    }

    /** The next line, which begins so. */
    String expect(String code) throws IOException {
        var line = line();
        assertThat(line).startsWith(code);
        return line;
    }

    /** The next line without its end; empty when there is none. */
    String line() throws IOException {
        var line = new ByteArrayOutputStream();
        for (var next = socket.getInputStream().read(); next >= 0 && next != '\n'; next = socket.getInputStream().read()) {
            line.write(next);
        }
        return line.toString(ISO_8859_1).strip();
    }

    /** A data connection that the client makes, before its TLS. */
    Socket passive() throws IOException {
        return connect(told());
    }

    /** The same, and the server has taken it: one that had not before a reset would wait for another. */
    Socket passive(SecuredGateway gateway) throws IOException {
        var data = passive();
        await().until(() -> gateway.told(SessionEvent.PinholeUsed.class).findAny().isPresent());
        say("NOOP", "200");
        return data;
    }

    /** The port that the client is told for a data connection. */
    int told() throws IOException {
        var told = PASSIVE.matcher(say("PASV", "227"));
        assertThat(told.find()).isTrue();
        return Integer.parseInt(told.group(1)) * 256 + Integer.parseInt(told.group(2));
    }

    /** A data connection to the port that was told, before its TLS. */
    Socket connect(int port) throws IOException {
        return connect(host, port);
    }

    /** TLS on it that resumes this control connection's. */
    SSLSocket resumed(Socket data) throws IOException {
        return tls(data, name);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private static final class Anyone implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String keyExchange) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String keyExchange) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
