package dev.sallyport.session.conversations;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Port;
import dev.sallyport.session.conversations.Setting.Manners;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.SplittableRandom;

/** What a server says to what it was sent. Each reply carries the number of the command that it answers, as {@code ~7}. */
final class ServerActor {

    private static final Endpoint VICTIM = new Endpoint(Setting.address("10.9.8.7"), new Port(8080));

    private static final String VICTIM_227 = "227 Entering Passive Mode (10,9,8,7,31,144)";

    private static final String VICTIM_229 = "229 (|9|10.9.8.7|8080|)";
    private static final String LOW_227 = "227 (198,51,100,20,0,25)";
    private static final Endpoint LOW = new Endpoint(Setting.address("198.51.100.20"), new Port(25));

    private static final String[] MALFORMED_227 = {
        "227", "227 Entering Passive Mode", "227 (1,2,3,4,5)", "227 (1,2,3,256,9,9)", "229 (|||65536|)", "229 (||5000|)",
        VICTIM_229, "228 (4,4,1,2,3)", "227 (198,51,100,20,0,0)", LOW_227
    };
    private static final String[] HOSTILE = {
        "200 OK", "226 Done", "150 Go", "230 Welcome", "220 Ready", "331 Who?", "120 Wait", "500 PASS hunter2: what?",
        "211-Features", "211 End", "226-", "  227 Entering Passive Mode (10,9,8,7,31,144)", "426 Aborted", "250 Done", "425 No",
        "502 No", "421 Bye", "632 x", "227-Entering"
    };
    private static final String[] FATAL = {
        "PORT 192,0,2,10,195,80", "SSH-2.0-x", "20x", "", "000 Zero", "HTTP/1.1 400 Bad", "227Entering"
    };

    private final SplittableRandom random;
    private final Setting setting;
    private final ArrayDeque<Sent> out;
    private final ArrayDeque<String> commands = new ArrayDeque<>();
    private int received;
    private int answered;
    /** The transfer whose 1yz was sent and whose final reply was not. */
    private int running = -1;

    ServerActor(SplittableRandom random, Setting setting, ArrayDeque<Sent> out) {
        this.random = random;
        this.setting = setting;
        this.out = out;
    }

    void greet() {
        if (random.nextInt(8) == 0) {
            say("120 Soon", -1);
        }
        if (random.nextInt(4) == 0) {
            line("220-Welcome");
            line(VICTIM_227);
        }
        say("220 Ready", -1);
    }

    /** A command has reached the server. @return its number */
    int receive(FtpLine line) {
        commands.add(line.text());
        return received++;
    }

    /** Whether everything that was asked is answered. */
    boolean done() {
        return commands.isEmpty() && running < 0;
    }

    /** Says something, if there is anything to say. */
    void act() {
        if (setting.manners() == Manners.HOSTILE && random.nextInt(5) == 0) {
            hostile();
            return;
        }
        if (running >= 0 && (commands.isEmpty() || setting.manners() == Manners.STRICT || random.nextBoolean())) {
            endTransfer(commands.isEmpty() || !commands.peekFirst().contains("ABOR"));
            return;
        }
        var command = commands.pollFirst();
        if (command == null) {
            return;
        }
        var number = answered++;
        if (running >= 0) {
            duringTransfer(number, command);
            return;
        }
        answer(number, command.strip().toUpperCase(Locale.ROOT));
    }

    private void endTransfer(boolean inOrder) {
        say(inOrder ? "226 Done" : "426 Aborted", running);
        running = -1;
    }

    /** A sloppy server: what ends no transfer may be answered now; everything else waits for the transfer's end. */
    private void duringTransfer(int number, String command) {
        if (command.contains("ABOR")) {
            // One reply for both.
            say("226 Aborted", running);
            running = -1;
        } else if (command.startsWith("NOOP") || command.startsWith("PWD") || command.startsWith("SYST")) {
            say("200 OK", number);
        } else {
            answered--;
            commands.addFirst(command);
            endTransfer(true);
        }
    }

    private void answer(int number, String command) {
        var space = command.indexOf(' ');
        var verb = space < 0 ? command : command.substring(0, space);
        switch (verb) {
            case "USER" -> say(random.nextInt(8) == 0 ? "230 In" : "331 Password", number);
            case "PASS" -> say(random.nextInt(8) == 0 ? "530 No" : "230 In", number);
            case "ACCT" -> say("202 Superfluous", number);
            case "REIN" -> say("220 Ready", number);
            case "AUTH" -> say("234 Go", number);
            case "QUIT" -> say("221 Bye", number);
            case "PASV", "EPSV", "LPSV" -> {
                if (command.endsWith(" ALL") || random.nextInt(10) == 0) {
                    say("500 No", number);
                } else {
                    passive(number, verb);
                }
            }
            case "PORT", "EPRT" -> say(random.nextInt(8) == 0 ? "500 No" : "200 OK", number);
            case "RETR", "STOR", "LIST", "NLST", "APPE", "STOU", "MLSD" -> transfer(number);
            case "ABOR" -> say("225 Nothing to abort", number);
            default -> plain(number);
        }
    }

    private void transfer(int number) {
        if (random.nextInt(4) == 0) {
            say(random.nextBoolean() ? "550 No" : "425 No", number);
        } else {
            say(random.nextBoolean() ? "150 Go" : "125 Go", number);
            running = number;
        }
    }

    private void plain(int number) {
        if (random.nextInt(4) == 0) {
            line("213-Many");
            line(VICTIM_227);
            line("213");
            line(" \u00e9\u00ff\u00ff");
            say("213 End", number);
        } else {
            say(random.nextInt(6) == 0 ? "500 No" : "200 OK", number);
        }
    }

    private void passive(int number, String verb) {
        var named = new Endpoint(setting.server().address(), new Port(1024 + random.nextInt(64_000)));
        if (verb.equals("PASV") && !named.ipv4()) {
            say("425 No", number);
            return;
        }
        if (verb.equals("PASV") && random.nextInt(6) == 0) {
            named = VICTIM;
        }
        var port = named.port().number();
        var text = verb.equals("PASV")
                ? "227 Entering (" + named.address().getHostAddress().replace('.', ',') + "," + (port >> 8) + "," + (port & 255) + ") ~"
                : "229 Entering (|||" + port + "|) ~";
        if (random.nextInt(10) == 0) {
            line(text.substring(0, 3) + "-First");
        }
        out.add(Sent.reply(Integer.parseInt(text.substring(0, 3)), text + number, number, named));
    }

    private void hostile() {
        switch (random.nextInt(14)) {
            case 0 -> {
                if (random.nextInt(8) == 0) {
                    line(Setting.oneOf(random, FATAL));
                } else {
                    line(Setting.oneOf(random, HOSTILE));
                }
            }
            case 1 -> {
                if (random.nextInt(8) == 0) {
                    var text = "200 OK\r227 Entering Passive Mode (10,9,8,7,31,144)";
                    out.add(setting.enforces(Fault.BARE_CARRIAGE_RETURN) ? Sent.faulty(text) : Sent.reply(200, text, -1, null));
                }
            }
            case 2 -> out.add(Sent.reply(227, VICTIM_227, -1, VICTIM));
            case 3 -> out.add(Sent.reply(229, "229 Entering Extended Passive Mode (|||8080|)", -1,
                    new Endpoint(setting.server().address(), VICTIM.port())));
            case 4 -> line(Setting.oneOf(random, MALFORMED_227));
            default -> line(Setting.oneOf(random, HOSTILE));
        }
    }

    private void say(String text, int answers) {
        out.add(Sent.reply(Integer.parseInt(text.substring(0, 3)), text + " ~" + answers, answers, null));
    }

    private void line(String text) {
        // Within a reply it opens nothing; behind a first line of "227-" it is the last one.
        out.add(Sent.reply(0, text, -1, switch (text) {
            case VICTIM_227 -> VICTIM;
            case LOW_227 -> LOW;
            case VICTIM_229 -> VICTIM;
            default -> null;
        }));
    }
}
