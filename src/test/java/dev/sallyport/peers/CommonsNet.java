package dev.sallyport.peers;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.peers.ChildProcess.Finished;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.commons.net.PrintCommandListener;
import org.apache.commons.net.ftp.FTP;
import org.apache.commons.net.ftp.FTPClient;
import org.jspecify.annotations.Nullable;

/** Apache commons-net, inside this JVM. */
final class CommonsNet implements ClientProgram, Exchanger {
    private static final Duration SILENCE = Duration.ofSeconds(15);

    private final @Nullable FtpsSecurity security;

    CommonsNet() {
        this(null);
    }

    private CommonsNet(@Nullable FtpsSecurity security) {
        this.security = security;
    }

    static CommonsNet with(@Nullable FtpsSecurity security) {
        return new CommonsNet(security);
    }

    @Override
    public String name() {
        return "commons-net";
    }

    @Override
    public Finished visit(Visit visit) throws Exception {
        return session(visit, client -> {
            list(client, visit);
            for (String name : List.of("zero.bin", "one.bin", "odd.bin", Operation.SPACED_UTF8)) {
                retrieve(client, name, visit.in(name));
            }
            for (String name : List.of("up-zero.bin", "up-one.bin", "up-odd.bin", Operation.SPACED_UTF8_UP)) {
                store(client, visit.out(name), name);
            }
            try (InputStream in = Files.newInputStream(visit.out("more.txt"))) {
                done(client, client.appendFile("log.txt", in));
            }
            client.setRestartOffset(SampleFiles.RESUME_AT);
            retrieve(client, "resumed.bin", visit.in("resumed.bin"), StandardOpenOption.APPEND);
            try (InputStream in = Files.newInputStream(visit.out("up-resumed.bin"))) {
                in.skipNBytes(SampleFiles.RESUME_AT);
                client.setRestartOffset(SampleFiles.RESUME_AT);
                done(client, client.storeFile("up-resumed.bin", in));
            }
            abort(client, visit);
            retrieve(client, "after.bin", visit.in("after.bin"));
        });
    }

    @Override
    public Finished download(Visit visit, String remoteFile, Path target) throws Exception {
        return session(visit, client -> retrieve(client, remoteFile, target));
    }

    @Override
    public Finished upload(Visit visit, Path source, String remoteFile) throws Exception {
        return session(visit, client -> store(client, source, visit.remoteName() + "/" + remoteFile));
    }

    @Override
    public Finished exchange(Visit visit, List<Move> moves) throws Exception {
        var mode = new AtomicReference<>(visit.mode());
        return session(visit, mode, client -> {
            list(client, visit);
            for (var move : moves) {
                mode.set(move.mode());
                enter(client, move.mode());
                if (move.up()) {
                    store(client, visit.out(move.name()), move.name());
                } else {
                    retrieve(client, move.name(), visit.in(move.name()));
                }
            }
        });
    }

    private interface Task {
        void with(FTPClient client) throws IOException;
    }

    private Finished session(Visit visit, Task task) throws GeneralSecurityException {
        return session(visit, new AtomicReference<>(visit.mode()), task);
    }

    /** @param mode of the next data connection */
    private Finished session(Visit visit, AtomicReference<TransferMode> mode, Task task) throws GeneralSecurityException {
        var printed = new StringWriter();
        var client = client(mode);
        client.addProtocolCommandListener(new PrintCommandListener(new PrintWriter(printed, true), false, '\0', true));
        client.setControlEncoding(UTF_8.name());
        client.setConnectTimeout((int) SILENCE.toMillis());
        client.setDefaultTimeout((int) SILENCE.toMillis());
        client.setDataTimeout(SILENCE);
        client.setBufferSize(1 << 16);
        // Else a wrong address in a 227 would go unnoticed.
        client.setPassiveNatWorkaroundStrategy(null);
        int exit = 0;
        try {
            client.connect(visit.control().host(), visit.control().port());
            done(client, client.login(ServerProgram.USER, ServerProgram.PASSWORD));
            if (client instanceof ResumingFtpsClient secured) {
                secured.protect();
            }
            enter(client, visit.mode());
            done(client, client.setFileType(FTP.BINARY_FILE_TYPE));
            task.with(client);
            client.quit();
        } catch (IOException e) {
            exit = 1;
            e.printStackTrace(new PrintWriter(printed, true));
        } finally {
            try {
                client.disconnect();
            } catch (IOException alreadyGone) {
                // The dialogue shows how the session ended.
            }
        }
        return new Finished(exit, printed.toString());
    }

    /** commons-net sends EPRT only over IPv6; here the test chooses. */
    private FTPClient client(AtomicReference<TransferMode> mode) throws GeneralSecurityException {
        return security == null
                ? new FTPClient() {
                    @Override
                    public int port(InetAddress host, int port) throws IOException {
                        return mode.get() == TransferMode.EPRT ? eprt(host, port) : super.port(host, port);
                    }
                }
                : new ResumingFtpsClient(security) {
                    @Override
                    public int port(InetAddress host, int port) throws IOException {
                        return mode.get() == TransferMode.EPRT ? eprt(host, port) : super.port(host, port);
                    }
                };
    }

    private static void enter(FTPClient client, TransferMode mode) {
        client.setUseEPSVwithIPv4(mode == TransferMode.EPSV);
        if (mode.passive()) {
            client.enterLocalPassiveMode();
        } else {
            client.enterLocalActiveMode();
        }
    }

    private static void list(FTPClient client, Visit visit) throws IOException {
        done(client, client.changeWorkingDirectory(visit.remoteName()));
        Files.write(visit.in("listing.txt"), List.of(client.listFiles()).stream().map(file -> file.getName()).toList());
    }

    private static void store(FTPClient client, Path source, String name) throws IOException {
        try (InputStream in = Files.newInputStream(source)) {
            done(client, client.storeFile(name, in));
        }
    }

    /** Closes the data connection half-way and sends ABOR: one reply is for the transfer, one for the ABOR. */
    private static void abort(FTPClient client, Visit visit) throws IOException {
        try (InputStream in = client.retrieveFileStream("abort.bin")) {
            if (in == null) {
                throw new IOException("No data connection: " + client.getReplyString());
            }
            Files.write(visit.in("abort.bin"), in.readNBytes(100_000));
        }
        client.abor();
        client.getReply();
    }

    private static void retrieve(FTPClient client, String name, Path target, StandardOpenOption... how) throws IOException {
        try (OutputStream out = Files.newOutputStream(target, how)) {
            done(client, client.retrieveFile(name, out));
        }
    }

    private static void done(FTPClient client, boolean well) throws IOException {
        if (!well) {
            throw new IOException("Refused: " + client.getReplyString());
        }
    }
}
