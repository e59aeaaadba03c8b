package dev.sallyport.session.conversations;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.Port;
import dev.sallyport.rules.LineRules;
import dev.sallyport.session.conversations.Sent.Kind;
import java.net.InetAddress;
import java.util.SplittableRandom;

/** What a client says next, at random; a hostile one among it what no client should. */
final class ClientActor {

    /** Appears behind PASS, ACCT and ADAT, and must appear in no event. */
    static final String SECRET = "hunter2";

    private static final InetAddress VICTIM_4 = Setting.address("10.9.8.7");
    private static final InetAddress VICTIM_6 = Setting.address("2001:db8:bad::1");

    private static final String[] PLAIN = {
        "NOOP", "PWD", "SYST", "FEAT", "TYPE I", "REST 0", "SIZE a b", "CWD \u00e9\u00ff\u00ff x", "  noop", "STAT", "STAT x",
        "MLST", "SITE CHMOD 644 x", "XYZZY plugh", "OPTS UTF8 ON", "PRET RETR x", "DELE x\r\0y", "MODE S", "MODE B", "HOST x",
        "RNFR PORT 1,2,3,4,5,6", "HELP"
    };
    private static final String[] TRANSFERS = {"RETR a", "STOR b", "LIST", "NLST", "APPE c", "STOU", "MLSD", "retr  d "};
    private static final String[] NEVER = {
        "SPSV", "CPSV", "SSCN ON", "ADAT " + SECRET, "MIC x", "PASS=" + SECRET, "\u00a0PASS " + SECRET, "", "PORT",
        "PORT 1,2,3", "PORT 192,0,2,10,4,0,1", "PORT 192,0,2,10,256,1", "PORT 192,0,2,10,0,0", "EPRT", "EPRT |1|192.0.2.10|0|",
        "EPRT |1|192.0.2.10|65536|", "EPRT |2|2001:db8::10%eth0|5000|", "EPRT |1|localhost|5000|", "LPRT 4,4,1", "EPSV 7",
        "EPSV x", "PORT;192,0,2,10,4,0", "P\u00ffORT 192,0,2,10,4,0", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    };
    private static final String[] HTTP = {"GET / HTTP/1.1", "POST /x HTTP/1.1", "QUERY /x HTTP/1.1"};

    private final SplittableRandom random;
    private final Setting setting;
    private boolean toldUser;
    private int logins;

    ClientActor(SplittableRandom random, Setting setting) {
        this.random = random;
        this.setting = setting;
    }

    /** The next line. Most clients log in first. */
    Sent next() {
        if (logins < 2 && random.nextInt(8) != 0) {
            return logins++ == 0 ? Sent.line("USER demo", Kind.PASSES) : Sent.line("PASS " + SECRET, Kind.PASSES);
        }
        var line = setting.hostileClient() && random.nextInt(3) == 0 ? hostile() : usual();
        if (line.wire() == null || !setting.hostileClient()) {
            return line;
        }
        // Other bytes for the same line: other line ends, telnet negotiation in the middle.
        var text = line.text().substring(0, line.text().length() - 2);
        return switch (random.nextInt(12)) {
            case 0 -> setting.enforces(Fault.BARE_LINE_FEED) ? Sent.faultyBytes(text + "\n") : line.as(text + "\n");
            case 1 -> line.as(text + "\r\r\n");
            case 2 -> line.as("\u00ff\u00fb\u0001" + text + "\u00ff\u00f1\r\n");
            case 3 -> line.as(text + "\r\u00ff\u00fa\u0001x\u00ff\u00f0\n");
            default -> line;
        };
    }

    private Sent usual() {
        switch (random.nextInt(20)) {
            case 0 -> {
                toldUser = !toldUser;
                return Sent.line(toldUser ? "USER demo" : "PASS " + SECRET, Kind.PASSES);
            }
            case 1, 2, 3, 4, 5 -> {
                return passive();
            }
            case 6, 7, 8, 9 -> {
                var own = new Endpoint(setting.client().address(), new Port(1024 + random.nextInt(64_000)));
                // The unspecified address means the client's own.
                return random.nextInt(8) == 0 && own.ipv4()
                        ? Sent.line("EPRT |1|0.0.0.0|" + own.port() + "|", Kind.ACTIVE, own)
                        : active(own);
            }
            case 10, 11, 12, 13, 14 -> {
                return Sent.line(Setting.oneOf(random, TRANSFERS), Kind.TRANSFER);
            }
            default -> {
                return switch (random.nextInt(40)) {
                    case 0 -> Sent.line("REIN", Kind.PASSES);
                    case 1, 2, 3 -> abor();
                    case 4 -> Sent.line("ACCT " + SECRET, Kind.PASSES);
                    case 5 -> Sent.line("EPSV ALL", Kind.PASSIVE);
                    case 6 -> Sent.line("QUIT", Kind.PASSES);
                    default -> Sent.line(Setting.oneOf(random, PLAIN), Kind.PASSES);
                };
            }
        }
    }

    private Sent abor() {
        return random.nextBoolean() ? Sent.line("ABOR", Kind.PASSES) : Sent.line("\u00ff\u00f4\u00ff\u00f2ABOR", Kind.PASSES);
    }

    private Sent passive() {
        var ipv4 = setting.client().ipv4();
        return switch (random.nextInt(4)) {
            case 0 -> Sent.line("EPSV", Kind.PASSIVE);
            case 1 -> Sent.line("LPSV", Kind.PASSIVE);
            case 2 -> Sent.line(ipv4 ? "EPSV 1" : "epsv 2", Kind.PASSIVE);
            default -> Sent.line("PASV", ipv4 ? Kind.PASSIVE : Kind.REFUSED);
        };
    }

    private Sent hostile() {
        switch (random.nextInt(10)) {
            case 0 -> {
                return active(new Endpoint(victim(), new Port(1024 + random.nextInt(64_000))));
            }
            case 1 -> {
                return active(new Endpoint(setting.client().address(), new Port(1 + random.nextInt(1023))));
            }
            case 2 -> {
                return active(new Endpoint(setting.server().address(), new Port(5000)));
            }
            case 3 -> {
                return faulty("DELE x\0PORT 1,2,3,4,5,6", Fault.NUL_IN_LINE);
            }
            case 4 -> {
                return faulty("DELE x\rPORT 1,2,3,4,5,6", Fault.BARE_CARRIAGE_RETURN);
            }
            case 5 -> {
                return random.nextInt(6) == 0 ? ending() : Sent.line("AUTH TLS", Kind.TRANSFER);
            }
            case 6 -> {
                return Sent.line("HELP \u001b[2J", setting.enforces(Fault.BINARY_IN_COMMAND) ? Kind.REFUSED : Kind.PASSES);
            }
            default -> {
                return Sent.line(Setting.oneOf(random, NEVER), Kind.REFUSED);
            }
        }
    }

    private Sent ending() {
        return switch (random.nextInt(4)) {
            case 0 -> Sent.line(
                    Setting.oneOf(random, HTTP), setting.enforces(Fault.HTTP_ON_CONTROL_PORT) ? Kind.ENDS : Kind.PASSES);
            case 1 -> Sent.line("SSH-2.0-x", setting.enforces(Fault.SSH_ON_CONTROL_PORT) ? Kind.ENDS : Kind.REFUSED);
            case 2 -> Sent.line("227 hi", setting.enforces(Fault.REPLY_FROM_CLIENT) ? Kind.ENDS : Kind.REFUSED);
            default -> tooLong();
        };
    }

    private Sent tooLong() {
        var limits = setting.policy().limits();
        var text = "DELE " + "x".repeat(limits.lineBytes()) + "PASV";
        if (setting.enforces(Fault.LINE_TOO_LONG)) {
            return new Sent(Sent.bytes(text + (random.nextBoolean() ? "\r\n" : "\n")), null, Kind.ENDS, null, 0, -1);
        }
        var refused = text.length() - 5 > LineRules.DEFAULT.argumentBytes() && setting.enforces(Fault.ARGUMENT_TOO_LONG);
        return Sent.line(text, refused ? Kind.REFUSED : Kind.PASSES);
    }

    private Sent faulty(String text, Fault fault) {
        return setting.enforces(fault) ? Sent.faulty(text) : Sent.line(text, Kind.PASSES);
    }

    private InetAddress victim() {
        return setting.client().ipv4() ? VICTIM_4 : VICTIM_6;
    }

    /** A command that names any endpoint; what may become of it is known from what it names, and in which family's words. */
    private Sent active(Endpoint endpoint) {
        var bytes = endpoint.address().getAddress();
        var port = endpoint.port().number();
        var text = new StringBuilder();
        var words = random.nextInt(3);
        switch (words) {
            case 0 -> text.append("EPRT |").append(endpoint.ipv4() ? 1 : 2).append('|')
                    .append(endpoint.address().getHostAddress()).append('|').append(port).append('|');
            case 1 -> {
                text.append("LPRT ").append(endpoint.ipv4() ? 4 : 6).append(',').append(bytes.length);
                for (var b : bytes) {
                    text.append(',').append(b & 0xff);
                }
                text.append(",2,").append(port >> 8).append(',').append(port & 0xff);
            }
            default -> {
                text.append("PORT ");
                for (var i = 0; i < 4; i++) {
                    text.append(bytes[i] & 0xff).append(',');
                }
                text.append(port >> 8).append(',').append(port & 0xff);
            }
        }
        var client = setting.client();
        // Six numbers cannot name an IPv6 address: that is another host.
        var foreign = !endpoint.address().equals(client.address()) || words == 2 && !endpoint.ipv4();
        var refused = words != 2 && endpoint.ipv4() != client.ipv4()
                || foreign && setting.enforces(Fault.ADDRESS_NOT_PEER)
                || port < 1024 && setting.enforces(Fault.PORT_BELOW_1024);
        return refused
                ? Sent.line(text.toString(), Kind.REFUSED)
                : Sent.line(text.toString(), Kind.ACTIVE, client.withPort(endpoint.port()));
    }
}
