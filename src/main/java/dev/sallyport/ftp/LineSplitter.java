package dev.sallyport.ftp;

import java.util.Arrays;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/**
 * Splits one direction of a control connection into lines, in whatever segments its bytes arrive.
 *
 * <h2>Theory of operation</h2>
 *
 * The same policy holds in both directions, so that gateway, client and server never disagree about where a line ends:
 *
 * <pre>
 * line       = *octet end
 * end        = *CR LF        ; leaves as CRLF, whatever came; LF alone is a fault
 * CR NUL     = a CR within the text (RFC 2640 §3.1); stays as it came
 * CR (other) = fault         ; some peers would end the line here
 * NUL        = fault         ; a peer in C would end the line here
 * IAC IAC    = the byte 0xFF within the text (RFC 854); stays as it came
 * IAC DO x, IAC WILL x       ; refused with WONT and DONT, and taken out (RFC 1123 §4.1.2.12, RFC 6384)
 * IAC IP, IAC DM             ; the Synch before ABOR (RFC 959 §4.1.3): moved to the front of its line
 * IAC SB ... IAC SE, IAC x   ; other telnet commands (240 to 255): taken out
 * IAC x, x below 240         ; no telnet: an 8-bit name with a 0xFF in it; stays as it came
 * </pre>
 *
 * A fault does not change what is read: a line with faults comes whole, and whoever takes it decides whether it goes on.
 * Only what is longer than the {@linkplain LineLimits limits} allow at all, and TLS unless they allow it, comes without a
 * line and is the last that comes.
 *
 * <p>Almost every line is plain bytes and CRLF within one segment: {@link #poll} then copies it once and looks at each byte
 * once. Whatever is different goes through {@link #step}, one byte at a time.
 *
 * <p>Use: {@link #feed} a segment, then {@link #poll} until null; feed the next only then. Memory is bounded by one
 * segment and one line. After a fault that ends the session everything is discarded.
 */
public final class LineSplitter {

    /** Most bytes of telnet signals in front of one line: a Synch is four. */
    private static final int MOST_SIGNALS = 16;

    private static final int LF = '\n';
    private static final int CR = '\r';
    private static final int IAC = 255;
    private static final int DONT = 254;
    private static final int DO = 253;
    private static final int WONT = 252;
    private static final int WILL = 251;
    private static final int SB = 250;
    private static final int IP = 244;
    private static final int DM = 242;
    private static final int SE = 240;
    private static final int LOWEST_TELNET_COMMAND = 240;
    private static final int TLS_HANDSHAKE = 0x16;

    private enum Telnet {
        TEXT,
        AFTER_IAC,
        AFTER_OPTION_VERB,
        IN_SUBNEGOTIATION,
        IAC_IN_SUBNEGOTIATION
    }

    private static final byte[] NOTHING = {};

    /**
     * So many bytes of telnet commands are told of as if they were one that needs no answer: reading them takes as long as
     * reading a line, and whoever sends nothing else would otherwise never be seen to send anything.
     */
    static final int MANY_TELNET_BYTES = 2048;

    private static final Received MANY = new Received.TelnetOption(NOTHING);

    private final LineLimits limits;

    private byte[] segment = NOTHING;
    private int position;
    private int limit;

    /** Text of the line under way, when it did not come plain and whole. */
    private byte[] partial = NOTHING;

    private int partialLength;
    private byte[] signals = NOTHING;
    private Telnet telnet = Telnet.TEXT;
    private int optionVerb;
    private int subnegotiationLength;
    /** Bytes within telnet commands since the last {@link #MANY}. */
    private int telnetBytes;
    private int pendingCrs;
    /** Of the line under way; null for none. */
    private @Nullable EnumSet<Fault> faults;
    private boolean started;
    private boolean dead;

    public LineSplitter(LineLimits limits) {
        this.limits = limits;
    }

    /**
     * Takes the next segment. The array is read during the following {@link #poll}s and then let go.
     *
     * @throws IllegalStateException when the last segment was not polled to its end
     */
    public void feed(byte[] bytes, int offset, int length) {
        if (position < limit) {
            throw new IllegalStateException("poll until null before feeding more");
        }
        segment = bytes;
        position = offset;
        limit = offset + length;
    }

    /** The next finding, or null when the segment is used up. */
    public @Nullable Received poll() {
        if (position >= limit || dead) {
            position = limit;
            segment = NOTHING;
            return null;
        }
        if (!started) {
            started = true;
            if ((segment[position] & 0xff) == TLS_HANDSHAKE) {
                if (!limits.tls()) {
                    return ends(Fault.TLS_ON_PLAIN_PORT);
                }
                note(Fault.TLS_ON_PLAIN_PORT);
            }
        }
        if (between()) {
            var line = plainLine();
            if (line != null) {
                return line;
            }
        }
        while (position < limit) {
            var found = step(segment[position++] & 0xff);
            if (found != null) {
                return found;
            }
            if (telnet != Telnet.TEXT && ++telnetBytes == MANY_TELNET_BYTES) {
                telnetBytes = 0;
                return MANY;
            }
        }
        segment = NOTHING;
        return null;
    }

    /** Whether bytes have been fed that no {@link #poll} has returned yet, other than the beginning of a line. */
    public boolean pending() {
        return position < limit;
    }

    /** Whether the bytes so far end in the middle of a line. */
    public boolean unfinished() {
        return !between();
    }

    /** Forgets everything fed and not yet polled, and the line under way. @return how many bytes that was */
    public int discard() {
        var discarded = limit - position + partialLength + pendingCrs + signals.length + unfinishedTelnet();
        position = limit;
        segment = NOTHING;
        endLine();
        return discarded;
    }

    /** How many bytes of an unfinished telnet command came. */
    private int unfinishedTelnet() {
        return switch (telnet) {
            case TEXT -> 0;
            case AFTER_IAC -> 1;
            case AFTER_OPTION_VERB -> 2;
            case IN_SUBNEGOTIATION, IAC_IN_SUBNEGOTIATION -> 2 + subnegotiationLength;
        };
    }

    private boolean between() {
        return partialLength == 0 && signals.length == 0 && telnet == Telnet.TEXT && pendingCrs == 0 && faults == null;
    }

    /** The line at the position when it is whole, plain, and ends in CRLF; otherwise null and nothing is consumed. */
    private @Nullable Received plainLine() {
        var bytes = segment;
        for (var i = position; i < limit; i++) {
            var b = bytes[i];
            if (b > CR || b < -1) {
                continue;
            }
            if (b == CR) {
                if (i + 1 < limit && bytes[i + 1] == LF && i - position <= limits.lineBytes()) {
                    var wire = Arrays.copyOfRange(bytes, position, i + 2);
                    position = i + 2;
                    return new Received.Line(new FtpLine(wire, 0, wire.length - 2));
                }
                return null;
            }
            if (b == LF || b == 0 || b == -1) {
                return null;
            }
        }
        return null;
    }

    private @Nullable Received step(int b) {
        switch (telnet) {
            case TEXT -> {
                if (b == IAC) {
                    telnet = Telnet.AFTER_IAC;
                    return null;
                }
                return text(b);
            }
            case AFTER_IAC -> {
                return afterIac(b);
            }
            case AFTER_OPTION_VERB -> {
                telnet = Telnet.TEXT;
                return switch (optionVerb) {
                    case DO -> new Received.TelnetOption(new byte[] {(byte) IAC, (byte) WONT, (byte) b});
                    case WILL -> new Received.TelnetOption(new byte[] {(byte) IAC, (byte) DONT, (byte) b});
                    default -> null;
                };
            }
            case IN_SUBNEGOTIATION -> {
                if (++subnegotiationLength > LineLimits.SUBNEGOTIATION_BYTES) {
                    if (subnegotiationLength > limits.mostSubnegotiationBytes()) {
                        return ends(Fault.TELNET_SUBNEGOTIATION_TOO_LONG);
                    }
                    note(Fault.TELNET_SUBNEGOTIATION_TOO_LONG);
                }
                telnet = b == IAC ? Telnet.IAC_IN_SUBNEGOTIATION : Telnet.IN_SUBNEGOTIATION;
                return null;
            }
            case IAC_IN_SUBNEGOTIATION -> {
                telnet = b == SE ? Telnet.TEXT : Telnet.IN_SUBNEGOTIATION;
                return null;
            }
        }
        throw new AssertionError(telnet);
    }

    private @Nullable Received afterIac(int b) {
        telnet = Telnet.TEXT;
        switch (b) {
            case IAC -> {
                var found = text(IAC);
                return found != null ? found : text(IAC);
            }
            case DO, DONT, WILL, WONT -> {
                optionVerb = b;
                telnet = Telnet.AFTER_OPTION_VERB;
            }
            case SB -> {
                subnegotiationLength = 0;
                telnet = Telnet.IN_SUBNEGOTIATION;
            }
            case IP, DM -> {
                if (signals.length < MOST_SIGNALS) {
                    signals = Arrays.copyOf(signals, signals.length + 2);
                    signals[signals.length - 2] = (byte) IAC;
                    signals[signals.length - 1] = (byte) b;
                }
            }
            default -> {
                if (b < LOWEST_TELNET_COMMAND) {
                    var found = text(IAC);
                    return found != null ? found : text(b);
                }
            }
        }
        return null;
    }

    private @Nullable Received text(int b) {
        if (b == LF) {
            return finish();
        }
        if (b == CR) {
            // A run of CRs before LF belongs to the line's end; it is bounded by the line's length like any text.
            return ++pendingCrs + partialLength > limits.mostLineBytes() + 1 ? ends(Fault.LINE_TOO_LONG) : null;
        }
        var crNul = b == 0 && pendingCrs == 1;
        if (pendingCrs > 0 && !crNul) {
            note(Fault.BARE_CARRIAGE_RETURN);
        } else if (b == 0 && !crNul) {
            note(Fault.NUL_IN_LINE);
        }
        for (; pendingCrs > 0; pendingCrs--) {
            append(CR);
        }
        append(b);
        return partialLength > limits.mostLineBytes() ? ends(Fault.LINE_TOO_LONG) : null;
    }

    private Received finish() {
        if (pendingCrs == 0) {
            note(Fault.BARE_LINE_FEED);
        }
        // As much as a line that is whole in its segment may have, and its CR.
        if (partialLength > limits.lineBytes() || partialLength + pendingCrs > limits.lineBytes() + 1) {
            note(Fault.LINE_TOO_LONG);
        }
        var wire = new byte[signals.length + partialLength + 2];
        System.arraycopy(signals, 0, wire, 0, signals.length);
        System.arraycopy(partial, 0, wire, signals.length, partialLength);
        wire[wire.length - 2] = CR;
        wire[wire.length - 1] = LF;
        var line = new FtpLine(wire, signals.length, wire.length - 2);
        var found = faults == null ? new Received.Line(line) : new Received.Faulty(faults, line);
        endLine();
        return found;
    }

    private void note(Fault fault) {
        if (faults == null) {
            faults = EnumSet.noneOf(Fault.class);
        }
        faults.add(fault);
    }

    private void append(int b) {
        if (partialLength == partial.length) {
            partial = Arrays.copyOf(partial, Math.max(64, partialLength * 2));
        }
        partial[partialLength++] = (byte) b;
    }

    private void endLine() {
        // An idle session keeps no buffer.
        partial = NOTHING;
        partialLength = 0;
        signals = NOTHING;
        pendingCrs = 0;
        faults = null;
        telnet = Telnet.TEXT;
    }

    private Received ends(Fault fault) {
        dead = true;
        endLine();
        position = limit;
        segment = NOTHING;
        return new Received.Faulty(EnumSet.of(fault), null);
    }
}
