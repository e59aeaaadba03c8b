package dev.sallyport.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.ftp.FtpLine;
import dev.sallyport.session.SessionId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a running gateway takes its operator's requests: a Unix domain socket, for its own user and root alone.
 *
 * <pre>
 *   request = ( "sessions" / "pinholes" / "kill" SP id / "rules" / "reload" ) LF       one for each connection
 *   answer  = one JSON object ({@link Answer}) LF
 * </pre>
 *
 * <p>The file's mode keeps others out; the kernel's word on who has connected (SO_PEERCRED, unix(7)) does so too, in the
 * moment between bind and chmod. The socket of a gateway that was killed answers nobody and is replaced; one that answers is
 * another gateway's, and a file that is no socket is somebody's: both are refused.
 */
public final class ControlSocket implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ControlSocket.class);

    private static final int MOST_REQUEST_BYTES = 128;

    /** Operators at a time; more wait. */
    private static final int MOST_AT_ONCE = 8;

    /** For the request to come and the answer to be read. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Before the next try when nothing can be accepted. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Path path;
    private final Operator operator;
    private final ServerSocketChannel listener;
    private final UserPrincipal owner;
    /** The file's identity, since by the time of the end another may have the name. */
    private final @Nullable Object key;
    private final Semaphore room = new Semaphore(MOST_AT_ONCE);

    private ControlSocket(Path path, Operator operator, ServerSocketChannel listener) throws IOException {
        this.path = path;
        this.operator = operator;
        this.listener = listener;
        this.owner = Files.getOwner(path);
        this.key = key(path);
    }

    /** Begins to answer. @throws IOException when it cannot; the message is a sentence that names the path */
    public static ControlSocket open(Path path, Operator operator) throws IOException {
        removeStale(path);
        var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            listener.bind(UnixDomainSocketAddress.of(path));
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
            var socket = new ControlSocket(path, operator, listener);
            Thread.ofVirtual().name("control-socket").start(socket::accept);
            return socket;
        } catch (IOException failed) {
            listener.close();
            throw new IOException("cannot open the control socket " + path + ": " + reason(failed), failed);
        }
    }

    private static void removeStale(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!isSocket(path)) {
            throw new FileAlreadyExistsException("the control socket's path " + path + " is taken by another kind of file");
        }
        try (var probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.connect(UnixDomainSocketAddress.of(path));
        } catch (IOException refused) {
            // Whoever has it open would have taken the connection, if only into its queue.
            Files.deleteIfExists(path);
            return;
        }
        throw new IOException("another gateway answers on the control socket " + path);
    }

    private static boolean isSocket(Path path) throws IOException {
        // The file type bits of stat(2); a socket is 0140000.
        var mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        return (mode & 0170000) == 0140000;
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    private void accept() {
        try {
            while (true) {
                room.acquire();
                var caller = next();
                Thread.ofVirtual().name("control-request").start(() -> serve(caller));
            }
        } catch (ClosedChannelException | InterruptedException closed) {
            LOG.debug("control={} closed", path);
        }
    }

    private SocketChannel next() throws ClosedChannelException, InterruptedException {
        while (true) {
            try {
                return listener.accept();
            } catch (ClosedChannelException closed) {
                throw closed;
            } catch (IOException failed) {
                // No descriptor is left, most likely. The operator may come to mend just that.
                LOG.warn("control={} cannot take a request: {}", path, failed.toString());
                Thread.sleep(PAUSE);
            }
        }
    }

    private void serve(SocketChannel caller) {
        var ended = new Semaphore(0);
        Thread.ofVirtual().start(() -> cutOff(caller, ended));
        try (caller) {
            var peer = caller.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
            var answer = peer.equals(owner) || peer.getName().equals("root")
                    ? answer(request(caller))
                    : Answer.error("the control socket is for " + owner.getName() + " and root.");
            Channels.newOutputStream(caller).write((answer.json() + "\n").getBytes(UTF_8));
        } catch (IOException gone) {
            LOG.debug("control={} request failed: {}", path, gone.toString());
        } finally {
            ended.release();
            room.release();
        }
    }

    /** A caller that says nothing, or does not read, holds its place for a while only. */
    private static void cutOff(SocketChannel caller, Semaphore ended) {
        try (caller) {
            // Its end closes the channel, and whatever waits on it with that.
            var _ = ended.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (IOException | InterruptedException closed) {
            LOG.debug("control request cut off: {}", closed.toString());
        }
    }

    /** The line without its end; null when there is none of at most the longest length. */
    private static @Nullable String request(SocketChannel caller) throws IOException {
        var line = new ByteArrayOutputStream();
        var bytes = ByteBuffer.allocate(MOST_REQUEST_BYTES);
        while (line.size() < MOST_REQUEST_BYTES && caller.read(bytes.clear()) >= 0) {
            line.write(bytes.array(), 0, bytes.position());
            var text = line.toString(UTF_8);
            if (text.indexOf('\n') >= 0) {
                return text.substring(0, text.indexOf('\n'));
            }
        }
        return null;
    }

    private Answer answer(@Nullable String request) {
        if (request == null) {
            return Answer.error("a request is one line of at most " + MOST_REQUEST_BYTES + " bytes.");
        }
        if (request.equals("sessions")) {
            return Answer.sessions(operator.sessions());
        }
        if (request.equals("pinholes")) {
            return Answer.pinholes(operator.pinholes());
        }
        if (request.startsWith("kill ")) {
            var id = request.substring("kill ".length());
            var session = SessionId.parse(id);
            if (session == null || !operator.kill(session)) {
                return Answer.missing(FtpLine.escape(id));
            }
            LOG.info("session={} event=kill by=operator", session);
            return Answer.killed(id);
        }
        if (request.equals("rules")) {
            return Answer.rules(operator.rules());
        }
        if (request.equals("reload")) {
            return Answer.reloaded(operator.reload());
        }
        return Answer.error("no such request: '" + FtpLine.escape(request) + "'. There are sessions, pinholes, kill ID, rules and reload.");
    }

    /** Answers nobody any more and removes the file, if it is still its own. */
    @Override
    public void close() {
        try {
            listener.close();
            if (Objects.equals(key, key(path))) {
                Files.deleteIfExists(path);
            }
        } catch (IOException failed) {
            LOG.warn("control={} is left behind: {}", path, failed.toString());
        }
    }

    private static @Nullable Object key(Path path) throws IOException {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                ? Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS)
                : null;
    }

    private static String reason(IOException failed) {
        return Objects.requireNonNullElse(failed.getMessage(), failed.toString());
    }
}
