package dev.sallyport.lab;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.ftpserver.ConnectionConfigFactory;
import org.apache.ftpserver.DataConnectionConfigurationFactory;
import org.apache.ftpserver.FtpServer;
import org.apache.ftpserver.FtpServerConfigurationException;
import org.apache.ftpserver.FtpServerFactory;
import org.apache.ftpserver.ftplet.Authority;
import org.apache.ftpserver.ftplet.FtpException;
import org.apache.ftpserver.ftplet.UserManager;
import org.apache.ftpserver.listener.ListenerFactory;
import org.apache.ftpserver.usermanager.ClearTextPasswordEncryptor;
import org.apache.ftpserver.usermanager.PropertiesUserManagerFactory;
import org.apache.ftpserver.usermanager.impl.BaseUser;
import org.apache.ftpserver.usermanager.impl.ConcurrentLoginPermission;
import org.apache.ftpserver.usermanager.impl.WritePermission;

/**
 * An FTP server inside this process, on IPv4 loopback, with a few files in a temporary folder: {@code demo} with the
 * password {@code demo} may read and write, {@code anonymous} may read. The folder is gone when it is closed.
 *
 * <p>In active mode it connects from the port below its control port, as RFC 959 §3.2 has it.
 */
public final class EmbeddedServer implements AutoCloseable {

    public static final String USER = "demo";
    public static final String PASSWORD = "demo";

    /** Below the ports that systems give to outgoing connections, which could take either of the two between two uses. */
    private static final int LOWEST_PORT = 20_000;

    private static final int HIGHEST_PORT = 32_000;
    private static final int ATTEMPTS = 50;
    private static final int MOST_LOGINS = 10_000;
    private static final int ONE_MEBIBYTE = 1 << 20;

    private final FtpServer server;
    private final Endpoint address;
    private final Path folder;

    private EmbeddedServer(FtpServer server, Endpoint address, Path folder) {
        this.server = server;
        this.address = address;
        this.folder = folder;
    }

    /** Starts on a port drawn at random. @throws IOException when no port or no temporary folder is to be had */
    public static EmbeddedServer start() throws IOException {
        var folder = Files.createTempDirectory("sallyport-");
        try {
            fill(folder);
            return listen(folder);
        } catch (IOException | RuntimeException failed) {
            delete(folder);
            throw failed;
        }
    }

    /** Where its control port is. */
    public Endpoint address() {
        return address;
    }

    /** The folder that users see as their root. */
    public Path folder() {
        return folder;
    }

    /** Ends its sessions and deletes its folder. */
    @Override
    public void close() {
        server.stop();
        delete(folder);
    }

    private static EmbeddedServer listen(Path folder) throws IOException {
        for (var attempt = 0; attempt < ATTEMPTS; attempt++) {
            var control = ThreadLocalRandom.current().nextInt(LOWEST_PORT, HIGHEST_PORT);
            if (!free(control) || !free(control - 1)) {
                continue;
            }
            try {
                var server = server(control, folder);
                server.start();
                return new EmbeddedServer(server, new Endpoint(loopback(), new Port(control)), folder);
            } catch (FtpServerConfigurationException taken) {
                // Somebody was faster. The next draw is elsewhere.
                continue;
            } catch (FtpException failed) {
                throw new IOException("the embedded FTP server does not start: " + failed.getMessage(), failed);
            }
        }
        throw new IOException("no free pair of ports from " + LOWEST_PORT + " to " + HIGHEST_PORT + " on loopback");
    }

    private static FtpServer server(int control, Path folder) throws FtpException {
        var data = new DataConnectionConfigurationFactory();
        data.setActiveLocalPort(control - 1);
        var listener = new ListenerFactory();
        listener.setServerAddress(loopback().getHostAddress());
        listener.setPort(control);
        listener.setDataConnectionConfiguration(data.createDataConnectionConfiguration());
        var connections = new ConnectionConfigFactory();
        connections.setMaxLogins(MOST_LOGINS);
        connections.setMaxAnonymousLogins(MOST_LOGINS);
        var factory = new FtpServerFactory();
        factory.addListener("default", listener.createListener());
        factory.setConnectionConfig(connections.createConnectionConfig());
        factory.setUserManager(users(folder));
        return factory.createServer();
    }

    private static UserManager users(Path folder) throws FtpException {
        var factory = new PropertiesUserManagerFactory();
        factory.setPasswordEncryptor(new ClearTextPasswordEncryptor());
        var users = factory.createUserManager();
        Authority anySessions = new ConcurrentLoginPermission(0, 0);
        users.save(user(USER, PASSWORD, folder, List.of(anySessions, new WritePermission())));
        users.save(user("anonymous", "", folder, List.of(anySessions)));
        return users;
    }

    private static BaseUser user(String name, String password, Path folder, List<Authority> authorities) {
        var user = new BaseUser();
        user.setName(name);
        user.setPassword(password);
        user.setHomeDirectory(folder.toString());
        user.setAuthorities(authorities);
        return user;
    }

    private static void fill(Path folder) throws IOException {
        Files.writeString(folder.resolve("welcome.txt"), "This file came through Sallyport.\n", US_ASCII);
        Files.createDirectory(folder.resolve("upload"));
        var pub = Files.createDirectory(folder.resolve("pub"));
        Files.writeString(pub.resolve("alphabet.txt"), "abcdefghijklmnopqrstuvwxyz\n".repeat(100), US_ASCII);
        Files.write(pub.resolve("mebibyte.bin"), new byte[ONE_MEBIBYTE]);
    }

    private static boolean free(int port) {
        try (var probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(loopback(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    private static InetAddress loopback() {
        return InetAddress.ofLiteral("127.0.0.1");
    }

    /** Deletes what can be deleted: a folder that stays behind is no reason to fail at the end. */
    private static void delete(Path folder) {
        try (var files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException left) {
            folder.toFile().deleteOnExit();
        }
    }
}
