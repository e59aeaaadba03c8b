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
import java.time.Duration;
import java.util.List;
import org.apache.commons.net.PrintCommandListener;
import org.apache.commons.net.ftp.FTP;
import org.apache.commons.net.ftp.FTPClient;

/** Apache commons-net, inside this JVM. */
final class CommonsNet implements ClientProgram {
    private static final Duration SILENCE = Duration.ofSeconds(15);

    @Override
    public String name() {
        return "commons-net";
    }

    @Override
    public Finished visit(Visit visit) throws Exception {
        return session(visit, client -> {
            done(client, client.changeWorkingDirectory(visit.remoteName()));
            Files.write(visit.in("listing.txt"), List.of(client.listFiles()).stream().map(file -> file.getName()).toList());
            for (String name : List.of("zero.bin", "one.bin", "odd.bin", Operation.SPACED_UTF8)) {
                retrieve(client, name, visit.in(name));
            }
            for (String name : List.of("up-zero.bin", "up-one.bin", "up-odd.bin", Operation.SPACED_UTF8_UP)) {
                try (InputStream in = Files.newInputStream(visit.out(name))) {
                    done(client, client.storeFile(name, in));
                }
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
        return session(visit, client -> {
            try (InputStream in = Files.newInputStream(source)) {
                done(client, client.storeFile(visit.remoteName() + "/" + remoteFile, in));
            }
        });
    }

    private interface Task {
        void with(FTPClient client) throws IOException;
    }

    private static Finished session(Visit visit, Task task) {
        var printed = new StringWriter();
        var client = new FTPClient() {
            /** commons-net sends EPRT only over IPv6; here the test chooses. */
            @Override
            public int port(InetAddress host, int port) throws IOException {
                return visit.mode() == TransferMode.EPRT ? eprt(host, port) : super.port(host, port);
            }
        };
        client.addProtocolCommandListener(new PrintCommandListener(new PrintWriter(printed, true), false, '\0', true));
        client.setControlEncoding(UTF_8.name());
        client.setConnectTimeout((int) SILENCE.toMillis());
        client.setDefaultTimeout((int) SILENCE.toMillis());
        client.setDataTimeout(SILENCE);
        client.setUseEPSVwithIPv4(visit.mode() == TransferMode.EPSV);
        client.setBufferSize(1 << 16);
        // Else a wrong address in a 227 would go unnoticed.
        client.setPassiveNatWorkaroundStrategy(null);
        int exit = 0;
        try {
            client.connect(visit.control().host(), visit.control().port());
            done(client, client.login(ServerProgram.USER, ServerProgram.PASSWORD));
            if (visit.mode().passive()) {
                client.enterLocalPassiveMode();
            } else {
                client.enterLocalActiveMode();
            }
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
