package dev.sallyport.lab.bench.traffic;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** One FTP session as usual clients have it: a login, a folder, transfers in one of the four modes, QUIT. */
final class FtpVisit implements Talk {

    private static final int CLIENT = 0;
    private static final int SERVER = 1;
    private static final int CONTROL = 21;
    private static final int ACTIVE = 20;
    private static final int MOST_FILE = 48 << 10;
    private static final int MOST_LISTING = 4 << 10;

    @FunctionalInterface
    private interface Step {
        void take() throws IOException;
    }

    private final CaptureWriter to;
    private final Random random;
    private final byte[] content;
    private final Host client;
    private final Host server;
    private final boolean six;
    private final TcpTalk control;
    private final Deque<Step> steps = new ArrayDeque<>();
    private final boolean curious;
    private final int transfers;
    private int port;

    /** @param number its own: no two have the same endpoints at a time @param content what files have */
    FtpVisit(CaptureWriter to, int number, Random random, byte[] content) {
        this.to = to;
        this.random = random;
        this.content = content;
        this.six = number % 3 == 0;
        this.port = 30_000 + number * 3 % 30_000;
        var ephemeral = 32_768 + number % 28_000;
        client = six ? Host.six(0, number % 4_000, ephemeral) : Host.four(0, number, ephemeral);
        server = six ? Host.six(1, number % 5, CONTROL) : Host.four(1, number % 5, CONTROL);
        control = new TcpTalk(to, client, server, random.nextInt());
        // Half want one file, as curl does; the others look around first, as clients for people do.
        curious = random.nextBoolean();
        transfers = curious ? 2 + random.nextInt(2) : 1;
        script(number);
    }

    int transfers() {
        return transfers;
    }

    @Override
    public boolean goOn() throws IOException {
        steps.remove().take();
        return !steps.isEmpty();
    }

    private void script(int number) {
        steps.add(control::open);
        replies("220 files.example FTP server ready.");
        asks("USER visitor" + number, "331 Password required for visitor" + number + ".");
        asks("PASS sesame" + number, "230 User visitor" + number + " logged in.");
        if (curious) {
            asks("SYST", "215 UNIX Type: L8");
            asks("FEAT", "211-Features:\r\n EPRT\r\n EPSV\r\n MDTM\r\n REST STREAM\r\n SIZE\r\n UTF8\r\n211 End");
        }
        asks("PWD", "257 \"/\" is the current directory");
        asks("CWD /pub/releases/" + number % 40, "250 CWD command successful.");
        asks("TYPE I", "200 Type set to I.");
        for (var i = 0; i < transfers; i++) {
            transfer(i);
        }
        asks("QUIT", "221 Goodbye.");
        steps.add(() -> control.close(SERVER));
    }

    private void transfer(int number) {
        var passive = random.nextInt(4) > 0;
        var extended = six || random.nextBoolean();
        var dataPort = port++;
        if (passive) {
            asks(extended ? "EPSV" : "PASV", extended
                    ? "229 Entering Extended Passive Mode (|||" + dataPort + "|)"
                    : "227 Entering Passive Mode (" + legacy(server, dataPort) + ").");
        } else if (extended) {
            asks("EPRT " + (six ? "|2|" + sixText() : "|1|" + legacy(client, 0).replace(",0,0", "").replace(',', '.')) + "|" + dataPort
                    + "|", "200 EPRT command successful.");
        } else {
            asks("PORT " + legacy(client, dataPort), "200 PORT command successful.");
        }
        var from = passive ? client.at(30_000 + random.nextInt(30_000)) : server.at(ACTIVE);
        var data = new TcpTalk(to, from, (passive ? server : client).at(dataPort), random.nextInt());
        var listing = curious && number == 0;
        var upload = !listing && random.nextInt(3) == 0;
        asks(listing ? "LIST" : (upload ? "STOR" : "RETR") + " part-" + number + ".tar.gz", null);
        steps.add(data::open);
        replies("150 Opening BINARY mode data connection.");
        var sends = upload == passive ? 0 : 1;
        var at = random.nextInt(1 << 14);
        for (var left = 1 + random.nextInt(listing ? MOST_LISTING : MOST_FILE); left > 0; left -= TcpTalk.MOST_SEGMENT) {
            var length = Math.min(left, TcpTalk.MOST_SEGMENT);
            steps.add(() -> data.send(sends, content, at, length));
        }
        steps.add(() -> data.close(sends));
        replies("226 Transfer complete.");
    }

    private void asks(String command, @Nullable String reply) {
        steps.add(() -> control.say(CLIENT, (command + "\r\n").getBytes(US_ASCII)));
        if (reply != null) {
            replies(reply);
        }
    }

    private void replies(String reply) {
        steps.add(() -> control.say(SERVER, (reply + "\r\n").getBytes(US_ASCII)));
    }

    /** h1,h2,h3,h4,p1,p2 (RFC 959 §4.1.2). */
    private static String legacy(Host host, int dataPort) {
        var address = host.address();
        return (address[0] & 0xff) + "," + (address[1] & 0xff) + "," + (address[2] & 0xff) + "," + (address[3] & 0xff) + ","
                + dataPort / 256 + "," + dataPort % 256;
    }

    private String sixText() {
        var address = client.address();
        return "2001:db8::" + Integer.toHexString((address[14] & 0xff) << 8 | address[15] & 0xff);
    }
}
