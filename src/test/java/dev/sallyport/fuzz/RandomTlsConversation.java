package dev.sallyport.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A session that ends TLS, all of it from one seed: client, server, handshakes and data take turns, mostly in good order, which
 * leads further than bytes at random do. {@link FuzzedSession} looks at what comes of it.
 */
final class RandomTlsConversation {

    private static final int STEPS = 80;
    private static final String[] OF_TLS = {
        "AUTH TLS", "AUTH SSL", "AUTH TLS-P", "AUTH GSSAPI", "PBSZ 0", "PBSZ 0", "PBSZ x", "PROT P", "PROT P", "PROT C", "PROT S", "CCC", "REIN"
    };
    private static final String[] OF_DATA = {
        "EPSV", "EPSV", "PASV", "PORT 192,0,2,10,195,80", "RETR a", "RETR b", "STOR c", "LIST", "MODE B", "MODE S"
    };
    private static final String[] OTHERS = {"NOOP", "PWD", "USER demo", "ACCT x", "FEAT", "ABOR", "PASS " + FuzzedSession.SECRET};
    private static final byte[] NOTHING = {};
    /** What chooses the server in a step that is about a side. */
    private static final byte[] SERVER = {0};

    private final SplittableRandom random;
    private final FuzzedTls tls;
    private final FuzzedSession session;
    private int said;
    private boolean greeted;
    /** Whether a transfer awaits its last reply. */
    private boolean transfers;

    RandomTlsConversation(long seed) {
        random = new SplittableRandom(seed);
        FuzzedTls drawn;
        do {
            drawn = FuzzedTls.drawn((byte) random.nextInt(256));
        } while (drawn == null);
        tls = drawn;
        // Any data port, IPv4, and checks that enforce or log.
        session = new FuzzedSession(16 | 64 | (random.nextInt(8) == 0 ? 128 : 0), tls);
    }

    /** @return whether protected data was set up for a transfer */
    boolean run() {
        for (var steps = STEPS; steps > 0 && !session.closed(); steps--) {
            switch (random.nextInt(10)) {
                case 0, 1, 2 -> client();
                case 3, 4, 5 -> server();
                case 6, 7 -> session.happen(random.nextInt(150) == 0 ? 'f' : 'u', random.nextBoolean() ? NOTHING : SERVER);
                case 8 -> session.happen("oodwe".charAt(random.nextInt(5)), random.nextBoolean() ? NOTHING : SERVER);
                default -> session.happen('t', new byte[] {(byte) random.nextInt(3)});
            }
        }
        session.end();
        return session.transferredPrivately();
    }

    private void client() {
        var line = switch (said++) {
            case 0 -> random.nextInt(4) == 0 ? "NOOP" : "AUTH TLS";
            case 1 -> "USER demo";
            case 2 -> "PASS " + FuzzedSession.SECRET;
            default -> oneOf(random.nextInt(3) == 0 ? OF_TLS : random.nextInt(4) == 0 ? OTHERS : OF_DATA);
        };
        say('C', line, random.nextInt(6) == 0 ? tls.mark() : null);
    }

    /** Answers what it was sent, in order, now and then otherwise than it should. */
    private void server() {
        if (!greeted) {
            greeted = true;
            say('S', "220 Ready", null);
            return;
        }
        if (transfers) {
            transfers = false;
            say('S', "226 Done", null);
            return;
        }
        var asked = session.asked();
        if (asked == null) {
            return;
        }
        var verb = asked.strip().split(" ", 2)[0];
        var refuses = random.nextInt(12) == 0;
        var answer = switch (verb) {
            case "AUTH" -> refuses ? "502 No" : "234 Go";
            case "PROT" -> refuses ? "534 No" : "200 OK";
            case "USER" -> "331 Password";
            case "PASS" -> refuses ? "530 No" : "230 In";
            case "EPSV" -> "229 (|||50000|)";
            case "PASV" -> "227 (198,51,100,20,195,80)";
            case "RETR", "STOR", "LIST" -> refuses ? "550 No" : "150 Go";
            default -> refuses ? "500 No" : "200 OK";
        };
        transfers = answer.startsWith("150");
        say('S', answer, verb.equals("AUTH") && random.nextInt(3) == 0 ? "200 " + tls.mark() : null);
    }

    /** @param behind what is sent in the same breath; null for nothing */
    private void say(char whose, String line, @Nullable String behind) {
        session.happen(whose, (line + "\r\n" + (behind == null ? "" : behind + "\r\n")).getBytes(ISO_8859_1));
    }

    private String oneOf(String[] lines) {
        return lines[random.nextInt(lines.length)];
    }
}
