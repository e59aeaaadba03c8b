package dev.sallyport.page;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.net.PlainServer;
import dev.sallyport.peers.Family;
import dev.sallyport.peers.FreePorts;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.apache.commons.net.ftp.FTPClient;
import org.junit.jupiter.api.function.ThrowingConsumer;

/** An ordinary day: who is there, what is transferred at what speed, and what is refused. The same in every run. */
final class Scene implements AutoCloseable {

    private static final List<String> USERS = List.of(
            "anna", "backup", "partner-0017", "anonymous", "scan", "m.lindqvist@example.org", "ci-artifacts", "o'brien", "",
            "service-account-of-the-warehouse-in-the-north");
    private static final List<String> FILES = List.of(
            "/pub/releases/2026/11/sallyport-0.1.0-linux-x86_64.tar.zst", "scan_000123.tif", "/upload/orders.csv",
            "/warehouse/exports/daily/north/2026-11-21/orders-and-deliveries-with-all-of-their-positions-2026-11-21T23-59-59Z.csv.gz",
            "/mirror/debian/dists/bookworm/main/binary-amd64/Packages.xz", "photos of the fair/hall 7, stand 12 (last day).jpg",
            "a-name-without-any-end-" + "0123456789".repeat(20) + ".bin");
    private static final int EVERY_UPLOAD = 4;
    private static final int TRANSFERS = 45;
    private static final int WAITING = 6;
    private static final int ALONE = 20;
    private static final int LOGINS_AT_ONCE = 16;
    private static final int BLOCK_BYTES = 4 << 10;
    private static final int BLOCKS_EACH_SECOND = 20;

    private final PlainServer server;
    private final String address;

    Scene() throws IOException {
        var port = FreePorts.pair(Family.IPV4);
        address = "127.0.0.1:" + port;
        server = PlainServer.startHere("127.0.0.1", port);
        server.on("PASS", (password, visitor) -> visitor.say(password.equals("wrong") ? "530 No." : "230 Welcome."));
        server.on("RETR", (path, visitor) -> {
            visitor.say("150 Here it comes.");
            try (var data = visitor.connect()) {
                pour(data.getOutputStream(), path.length() % 12);
            }
        });
        server.on("STOR", (path, visitor) -> {
            visitor.say("150 Go on.");
            try (var data = visitor.connect()) {
                data.getInputStream().transferTo(OutputStream.nullOutputStream());
            }
        });
    }

    /** Of the server. */
    String address() {
        return address;
    }

    /** Fills the gateway with so many sessions. */
    void fill(Watched gateway, int sessions) throws Exception {
        try (var threads = Executors.newFixedThreadPool(LOGINS_AT_ONCE)) {
            var comings = IntStream.range(0, sessions).<Callable<FTPClient>>mapToObj(number -> () -> {
                var user = USERS.get(number % USERS.size());
                var from = "127.0." + number % 7 + "." + (10 + number / 7);
                return user.isEmpty() ? gateway.connect(from) : gateway.login(from, user);
            }).toList();
            var clients = threads.invokeAll(comings);
            var loggedIn = IntStream.range(0, sessions).filter(number -> !USERS.get(number % USERS.size()).isEmpty()).toArray();
            for (var i = 0; i < loggedIn.length; i++) {
                var client = clients.get(loggedIn[i]).get();
                if (i < TRANSFERS) {
                    transfer(client, i);
                } else if (i < TRANSFERS + WAITING) {
                    client.pasv();
                }
            }
            if (sessions >= ALONE) {
                refuse(gateway, clients.get(loggedIn[loggedIn.length - 1]).get());
            }
        }
    }

    private static void transfer(FTPClient client, int number) throws IOException {
        var path = FILES.get(number % FILES.size());
        if (number % EVERY_UPLOAD == EVERY_UPLOAD - 1) {
            var data = client.storeFileStream(path);
            flow(() -> pour(data, number % 9));
        } else {
            var data = client.retrieveFileStream(path);
            flow(() -> data.transferTo(OutputStream.nullOutputStream()));
        }
    }

    private interface Flow {
        void run() throws Exception;
    }

    private static void flow(Flow flow) {
        Thread.ofPlatform().daemon().name("flow").start(() -> {
            try {
                flow.run();
            } catch (Exception over) {
                // The scene is.
            }
        });
    }

    /** Writes without end, at a pace. @param pace 0: nothing but the first byte */
    private static void pour(OutputStream out, int pace) throws IOException, InterruptedException {
        out.write(0);
        var block = new byte[BLOCK_BYTES * Math.max(1, pace * pace / 4)];
        while (true) {
            Thread.sleep(1000 / BLOCKS_EACH_SECOND);
            if (pace > 0) {
                out.write(block);
            }
            out.flush();
        }
    }

    private static void refuse(Watched gateway, FTPClient client) throws IOException {
        for (var name : List.of("orders.csv", "/warehouse/exports/daily/north/2026-11-21/everything-that-was-ever-delivered-there.tar")) {
            assertThat(client.deleteFile(name)).isFalse();
        }
        for (var i = 0; i < 4; i++) {
            client.port(InetAddress.getByName("192.0.2.99"), 4000);
        }
        client.port(InetAddress.getByName("127.0.0.1"), 22);
        var stranger = gateway.connect("127.0.9.9");
        assertThat(stranger.login("admin", "wrong")).isFalse();
        stranger.disconnect();
        gateway.connect("127.0.9.10").sendCommand("GET / HTTP/1.1");
    }

    @Override
    public void close() throws Exception {
        server.close();
    }
}
