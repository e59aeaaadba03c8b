package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.admin.Answer;
import dev.sallyport.faults.Sequence;
import dev.sallyport.lab.EmbeddedServer;
import dev.sallyport.net.Host;
import dev.sallyport.peers.ChildProcess;
import dev.sallyport.peers.ChildProcess.Finished;
import dev.sallyport.peers.Passwords;
import dev.sallyport.peers.Requirements;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What clients do all day, by curl: one session that goes on downloading, and beside it logins, of which one is refused,
 * downloads and uploads of more than 64 KiB, in passive and active mode, listings, and a command that the rules refuse.
 */
final class Traffic implements AutoCloseable {

    static final String USER = EmbeddedServer.USER + ":" + Passwords.OF_ACCOUNT;

    /** What the gateway's rules are to be: clients delete nothing. */
    static final String RULES = """
            name: no-deletes
            defaults: { action: allow }
            rules:
              - name: keep
                commands: [deletes]
                action: deny
                reply: 550 Nothing is deleted here.
            """;

    private static final int UPLOADED_BYTES = 200_000;
    private static final int QUOTE_REFUSED = 21;
    private static final int LOGIN_REFUSED = 67;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** @param small a download of more than 64 KiB @param large what takes the whole test at 2 MB/s @param folder where to upload to */
    record Names(String small, String large, String folder) {}

    /** More that a round does. */
    interface More {
        void run() throws Exception;
    }

    private final @Nullable Host client;
    private final Path folder;
    private final String url;
    private final Names names;
    private final Path uploaded;
    private final ChildProcess longDownload;
    private final Thread rounds;
    private volatile boolean over;
    private volatile @Nullable Throwable failure;

    /**
     * Begins.
     *
     * @param client where the clients are; null: on this host
     * @param server its address, and perhaps the port
     * @param more what other clients do
     */
    Traffic(@Nullable Host client, Path folder, String server, Names names, More more) throws Exception {
        this.client = client;
        this.folder = Files.createDirectory(folder.resolve("traffic"));
        this.names = names;
        url = "ftp://" + server + "/";
        uploaded = folder.resolve("upload.bin");
        try (var out = Files.newOutputStream(uploaded)) {
            Sequence.write(out, UPLOADED_BYTES, new AtomicLong());
        }
        longDownload = start(curl(USER, "--limit-rate", "2M", "--output", "/dev/null", url + names.large));
        rounds = Thread.ofPlatform().name("traffic").start(() -> {
            try {
                expect(LOGIN_REFUSED, curl(EmbeddedServer.USER + ":" + Passwords.WRONG, url));
                while (!over) {
                    round();
                    more.run();
                }
            } catch (Throwable unexpected) {
                failure = unexpected;
            }
        });
    }

    private void round() throws Exception {
        expect(0, curl(USER, "--output", "/dev/null", url + names.small));
        expect(0, curl(USER, "--ftp-port", "-", "--output", "/dev/null", url + names.small));
        expect(0, curl(USER, "--upload-file", uploaded.toString(), url + names.folder + "uploaded.bin"));
        expect(0, curl(USER, "--list-only", url));
        expect(QUOTE_REFUSED, curl(USER, "--quote", "DELE " + names.small, url));
    }

    private static List<String> curl(String user, String... arguments) {
        return Stream.concat(
                Stream.of(Requirements.program("curl").toString(), "--disable", "--silent", "--show-error", "--max-time", "60",
                        "--user", user),
                Stream.of(arguments)).toList();
    }

    /** Runs a client to its end. @param exit what it is to end with */
    void expect(int exit, List<String> command) throws Exception {
        Finished finished = start(command).await(PATIENCE);
        assertThat(finished.exit()).as(() -> String.join(" ", command) + "\n" + finished.printed()).isEqualTo(exit);
    }

    private ChildProcess start(List<String> command) throws Exception {
        return client != null
                ? client.start(command)
                : ChildProcess.start(command, folder, ChildProcess.noInput(), Files.createTempFile(folder, "client", ".log"));
    }

    /** The id of the session that goes on downloading; empty before its transfer has begun. */
    Optional<String> longSession(List<Answer.Session> open) {
        return open.stream().filter(session -> ("RETR " + names.large).equals(session.transfer())).map(Answer.Session::id).findFirst();
    }

    /** @throws IOException when a client has not come where it should */
    void check() throws IOException {
        if (failure != null) {
            throw new IOException(failure);
        }
        if (!longDownload.alive()) {
            throw new IOException("the long download has ended: " + longDownload.printed());
        }
    }

    @Override
    public void close() throws InterruptedException {
        over = true;
        rounds.join();
        longDownload.close();
    }
}
