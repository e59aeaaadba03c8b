package dev.sallyport.lab.trial;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A client as people use it. Each run of one does one thing, and tells its dialogue with the server. */
public enum ClientProgram {
    CURL("curl"),
    LFTP("lftp");

    static final String SAMPLE = "sample.txt";
    static final String UPLOADS = "up";

    /** A command in a dialogue, after the marks of curl and lftp. */
    private static final Pattern DATA_COMMAND = Pattern.compile("(?m)^(?:> |---> )(PORT|PASV|EPRT|EPSV)\\b");

    private static final String REPLY = "^(?:< |<--- )([45]\\d\\d .*?)\\s*$";

    private final String program;

    ClientProgram(String program) {
        this.program = program;
    }

    /** lftp's active mode is PORT over IPv4 and EPRT over IPv6, with no setting to change that. */
    boolean speaks(Mode mode, Family family) {
        return mode.worksOver(family) && !(this == LFTP && mode == Mode.EPRT && family == Family.IPV4);
    }

    /**
     * The command that does what a cell says, from and to its own addresses.
     *
     * @param received where what it downloads is put; what it uploads is beside it, and comes to the server under that name
     * @param seconds after which it should have given up
     */
    List<String> command(Cell cell, Address from, Address to, Path received, Path sent, int seconds) {
        return this == CURL ? curl(cell, from, to, received, sent, seconds) : lftp(cell, from, to, received, sent, seconds);
    }

    private static List<String> curl(Cell cell, Address from, Address to, Path received, Path sent, int seconds) {
        List<String> command = new ArrayList<>(List.of("curl", "--disable", "--noproxy", "*", "--verbose", "--silent", "--show-error",
                "--user", "anonymous:lab@example.com", "--interface", from.in(cell.family()), "--max-time", "" + seconds,
                // curl ignores the address in a 227 unless told otherwise; most other clients do not.
                "--no-ftp-skip-pasv-ip"));
        if (!cell.mode().passive()) {
            command.addAll(List.of("--ftp-port", "-"));
        }
        if (!cell.mode().extended()) {
            command.add(cell.mode().passive() ? "--disable-epsv" : "--disable-eprt");
        }
        String url = "ftp://" + to.urlHost(cell.family()) + "/";
        command.addAll(switch (cell.operation()) {
            case LIST -> List.of("--output", received.toString(), url);
            case GET -> List.of("--output", received.toString(), url + SAMPLE);
            case PUT -> List.of("--upload-file", sent.toString(), url + UPLOADS + "/" + sent.getFileName());
        });
        return command;
    }

    private static List<String> lftp(Cell cell, Address from, Address to, Path received, Path sent, int seconds) {
        String script = """
                debug 9
                set cmd:fail-exit yes
                set net:timeout %d
                set net:max-retries 1
                set net:persist-retries 0
                set ftp:ssl-allow no
                set ftp:passive-mode %s
                set ftp:prefer-epsv %s
                set ftp:fix-pasv-address no
                set net:socket-bind-%s %s
                open -u anonymous,lab@example.com %s
                %s
                """.formatted(seconds, cell.mode().passive(), cell.mode().extended(),
                cell.family() == Family.IPV4 ? "ipv4" : "ipv6", from.in(cell.family()), to.urlHost(cell.family()),
                switch (cell.operation()) {
                    case LIST -> "ls > " + received;
                    case GET -> "get " + SAMPLE + " -o " + received;
                    case PUT -> "put " + sent + " -o " + UPLOADS + "/" + sent.getFileName();
                });
        return List.of("lftp", "--norc", "-c", script);
    }

    /** The commands that arranged data connections in this dialogue: a client that fails by one may try another. */
    static List<String> dataCommands(String dialogue) {
        return DATA_COMMAND.matcher(dialogue).results().map(found -> found.group(1)).distinct().toList();
    }

    /** Whether the server's very answer to this command was that it will not do it. */
    static boolean refused(String dialogue, Mode mode) {
        return Pattern.compile("(?m)^(?:> |---> )" + mode + "\\b.*\\R(?:(?!> |---> |< |<--- ).*\\R)*(?:< |<--- )5\\d\\d ")
                .matcher(dialogue).find();
    }

    /** The reply by which the server refused this command, or what came of it; empty when it did not. */
    static String refusal(String dialogue, Mode mode) {
        String after = dialogue.substring(Math.max(0, dialogue.indexOf("> " + mode)));
        return Pattern.compile(REPLY, Pattern.MULTILINE).matcher(after).results()
                .map(found -> found.group(1)).filter(reply -> !reply.startsWith("426")).findFirst().orElse("");
    }

    @Override
    public String toString() {
        return program;
    }
}
