package dev.sallyport.rules;

import dev.sallyport.ftp.Fault;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a peer's conduct is checked for, each at a {@link Level}.
 *
 * <p>No level opens a door to another than the two peers, tells one peer a third party's address, or lets memory grow
 * without bound. What is not named here is not to be switched off: a fault without a check is always enforced.
 */
public enum Check {
    BARE_CR(Level.ENFORCE,
            "A bare CR ends the line for one peer only: what stands behind it is a command that nobody checked.",
            "The line goes on as it came.",
            Fault.BARE_CARRIAGE_RETURN),
    NUL_BYTE(Level.ENFORCE,
            "A server in C cuts the line at a NUL, and serves another path than the one that was checked.",
            "The line goes on as it came.",
            Fault.NUL_IN_LINE),
    BARE_LF(Level.OFF,
            "A bare LF ends the line for one peer and not for the other: a smuggled line.",
            "The line goes on with CR LF at its end.",
            Fault.BARE_LINE_FEED),
    LINE_LENGTH(Level.ENFORCE,
            "A long line overflows buffers, and where it is cut its tail may be read as a command.",
            "A line of up to 65,536 bytes goes on whole; a longer one always ends the session.",
            Fault.LINE_TOO_LONG),
    REPLY_LENGTH(Level.ENFORCE,
            "A reply that never ends occupies the client for ever.",
            "A reply of up to 100,000 lines goes on; a longer one always ends the session.",
            Fault.REPLY_TOO_LONG),
    TELNET_OPTIONS(Level.OFF,
            "Telnet options within a command hide it from whoever does not take them out.",
            "They are refused with WONT and DONT, and taken out.",
            Fault.TELNET_OPTION),
    TELNET_SUBNEGOTIATION(Level.ENFORCE,
            "A subnegotiation that never ends swallows every command behind it.",
            "Up to 65,536 bytes are taken out; a longer one always ends the session.",
            Fault.TELNET_SUBNEGOTIATION_TOO_LONG),
    UNASKED_REPLY(Level.LOG,
            "A reply to nothing makes the client take each later reply for the answer to another command.",
            "It goes on to the client.",
            Fault.REPLY_WITHOUT_COMMAND),
    UNASKED_PASSIVE_REPLY(Level.ENFORCE,
            "A forged 227 in answer to nothing opens a port in firewalls that believe it (CVE-2002-1978).",
            "The client is shown its code without the address; it opens nothing.",
            Fault.PASSIVE_REPLY_WITHOUT_COMMAND),
    PASSIVE_ADDRESS(Level.LOG,
            "A 227 sends the client or the gateway to a third party's port (CVE-2020-8284).",
            "The server's own address is used.",
            Fault.PASSIVE_ADDRESS_NOT_PEER, Fault.PASSIVE_ADDRESS_REPLACED),
    EXTENDED_ADDRESS(Level.ENFORCE,
            "A 229 with an address in it sends the client or the gateway to a third party's port.",
            "The server's own address is used.",
            Fault.EXTENDED_ADDRESS_NOT_PEER),
    PASSIVE_LOW_PORT(Level.ENFORCE,
            "A passive port below 1024 leads to another service of the server.",
            "It opens, to the server only.",
            Fault.PASSIVE_PORT_BELOW_1024),
    EPSV_ALL(Level.ENFORCE,
            "After EPSV ALL a translator on the way may look no more: another setup escapes it.",
            "The command is carried out.",
            Fault.SETUP_AFTER_EPSV_ALL),
    BOUNCE(Level.ENFORCE,
            "A PORT with a third party's address makes the server attack it (FTP bounce, RFC 2577).",
            "The client's own address is used instead.",
            Fault.ADDRESS_NOT_PEER),
    LOW_PORT(Level.ENFORCE,
            "A PORT below 1024 makes the server talk to a service of the client's host (RFC 2577).",
            "It opens, to the client only.",
            Fault.PORT_BELOW_1024),
    ACTIVE_SOURCE_PORT(Level.ENFORCE,
            "Any program on the server's host may send data in the server's place, only its root can from port 20.",
            "Any port of the server may connect.",
            Fault.DATA_FROM_OTHER_PORT),
    DEFAULT_DATA_PORT(Level.ENFORCE,
            "A transfer without PORT or PASV opens a door that nobody asked for by name.",
            "The server connects to the client's control port (RFC 959 section 3.2).",
            Fault.TRANSFER_WITHOUT_DATA_PORT),
    TRUNCATED_PORT(Level.LOG,
            "A PORT that breaks off is a command split so that a packet filter sees another one.",
            "It is refused, the session goes on.",
            Fault.PORT_TRUNCATED),
    TEXT_BEHIND_NUMBERS(Level.LOG,
            "Text behind the numbers of PORT or 227 hides a second command or address.",
            "PORT is refused and the session goes on; 227 goes on without the text.",
            Fault.TEXT_BEHIND_NUMBERS),
    LONG_ARGUMENT(Level.LOG,
            "A long path overflows buffers of servers in RETR, STOR, CWD and others.",
            "The command goes on.",
            Fault.ARGUMENT_TOO_LONG),
    BINARY_IN_COMMAND(Level.LOG,
            "Control characters and 8-bit bytes carry shell code, and escapes for the terminals that show logs.",
            "The command goes on.",
            Fault.BINARY_IN_COMMAND),
    PIPELINING(Level.OFF,
            "A body with many commands in it, posted by a browser, never waits for a reply.",
            "The command waits for its turn.",
            Fault.COMMAND_AHEAD_OF_REPLY),
    LOGIN_FIRST(Level.ENFORCE,
            "Data connections before a login are what slipstreaming through a client's browser asks for.",
            "PASV and transfers go on to the server, nothing opens; PORT is refused always.",
            Fault.COMMAND_BEFORE_LOGIN),
    HTTP(Level.ENFORCE,
            "A browser that posts to port 21 hides FTP commands in the body.",
            "A client's line is a command unknown; a server that speaks HTTP ends the session always.",
            Fault.HTTP_ON_CONTROL_PORT),
    SSH(Level.ENFORCE,
            "SSH on port 21 is a tunnel, or a client that expects SFTP.",
            "A client's line is refused; a server that speaks SSH ends the session always.",
            Fault.SSH_ON_CONTROL_PORT),
    TLS_HELLO(Level.ENFORCE,
            "TLS from the first byte is a tunnel that nothing can look into.",
            "The bytes are read as lines, and refused as those.",
            Fault.TLS_ON_PLAIN_PORT),
    REPLY_FROM_CLIENT(Level.ENFORCE,
            "A 227 sent by a client opens ports in firewalls that look at one direction only.",
            "The line is refused, the session goes on.",
            Fault.REPLY_FROM_CLIENT),
    COMMAND_FROM_SERVER(Level.ENFORCE,
            "A PORT sent by a server opens ports in firewalls that look at one direction only.",
            "The line goes no further, the session goes on.",
            Fault.COMMAND_FROM_SERVER),
    DATA_SOURCE(Level.ENFORCE,
            "Whoever connects first to a data port takes the file, or replaces it (CVE-2002-0714).",
            "It is refused at every level.",
            Fault.DATA_FROM_STRANGER),
    AUTH_BUFFER(Level.LOG,
            "Commands sent in clear behind AUTH are carried out as if they had come encrypted (CVE-2011-1575).",
            "They are discarded at every level.",
            Fault.BYTES_BEHIND_AUTH, Fault.BYTES_BEHIND_CCC),
    LOGIN_FLOOD(Level.ENFORCE,
            "A program that tries passwords tries thousands in a minute, over as many sessions as it gets.",
            "Failed logins are counted, and none waits.",
            Fault.LOGIN_FLOOD),
    FLOOD(Level.ENFORCE,
            "A hundred thousand lines a second leave the other sessions no time.",
            "They are read as fast as they come.",
            Fault.TOO_MANY_LINES);

    private static final @Nullable Check[] OF_FAULT = new @Nullable Check[Fault.values().length];

    static {
        for (var check : values()) {
            for (var fault : check.faults) {
                OF_FAULT[fault.ordinal()] = check;
            }
        }
    }

    private final Level usual;
    private final String attack;
    private final String otherwise;
    private final List<Fault> faults;

    Check(Level usual, String attack, String otherwise, Fault... faults) {
        this.usual = usual;
        this.attack = attack;
        this.otherwise = otherwise;
        this.faults = List.of(faults);
    }

    /** The check that a fault belongs to; null when the fault is always enforced. */
    public static @Nullable Check of(Fault fault) {
        return OF_FAULT[fault.ordinal()];
    }

    /** Its key in {@code checks:}, such as {@code bare-cr}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The level of a check that nobody names. */
    public Level usual() {
        return usual;
    }

    /** The attack that justifies it; one sentence. */
    public String attack() {
        return attack;
    }

    /** What happens instead at {@link Level#LOG} and {@link Level#OFF}. */
    public String otherwise() {
        return otherwise;
    }

    public List<Fault> faults() {
        return faults;
    }
}
