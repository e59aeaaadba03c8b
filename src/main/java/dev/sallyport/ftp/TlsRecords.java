package dev.sallyport.ftp;

/**
 * Follows the TLS records of one direction of a control connection to where they end (CCC, RFC 4217 §12.3). What is in them is
 * not looked at.
 *
 * <pre>
 * record   = type version length fragment      ; RFC 5246 §6.2.1, RFC 8446 §5.1
 * type     = 20 to 24                          ; no line of FTP begins with such a byte
 * version  = 3 OCTET
 * length   = 2 OCTET                           ; at most 2^14 + 2048, RFC 5246 §6.2.3
 *
 * 15 03 03 00 1a ... 32 33 30                  ; an alert, and behind it, in clear, a reply
 * </pre>
 */
final class TlsRecords {

    private static final int LOWEST_TYPE = 20;
    private static final int ALERT = 21;
    private static final int APPLICATION_DATA = 23;
    private static final int HIGHEST_TYPE = 24;
    private static final int VERSION = 3;
    private static final int MOST_FRAGMENT_BYTES = (1 << 14) + 2048;

    /** TLS 1.3 hides an alert: its two bytes, its type and the tag of 16 bytes are application data (RFC 8446 §5.2, §6). */
    private static final int HIDDEN_ALERT_BYTES = 19;

    private enum State {
        RECORDS,
        /** What follows is clear text. */
        CLEAR,
        /** What follows is clear text before TLS has begun, or nothing that TLS sends. */
        BROKEN
    }

    private State state = State.RECORDS;
    private int headerBytes;
    private int type;
    private int fragmentBytes;
    /** Of the fragment under way, still to come. */
    private int leftBytes;
    /** Whether this side has sent what only TLS that stands sends. */
    private boolean established;

    /** Takes the next bytes. @return how many of them are TLS; what is behind them is not */
    int take(byte[] bytes, int length) {
        var at = 0;
        while (at < length && state == State.RECORDS) {
            if (leftBytes > 0) {
                var taken = Math.min(leftBytes, length - at);
                leftBytes -= taken;
                at += taken;
            } else if (header(bytes[at] & 0xff)) {
                at++;
            }
        }
        return at;
    }

    /** Takes a byte of a record's header. @return false when it is none, and the state has changed */
    private boolean header(int b) {
        switch (headerBytes) {
            case 0 -> {
                if (b < LOWEST_TYPE || b > HIGHEST_TYPE) {
                    state = established ? State.CLEAR : State.BROKEN;
                    return false;
                }
                type = b;
            }
            case 1 -> {
                if (b != VERSION) {
                    state = State.BROKEN;
                    return false;
                }
            }
            case 2 -> {}
            case 3 -> fragmentBytes = b << 8;
            default -> {
                fragmentBytes |= b;
                if (fragmentBytes > MOST_FRAGMENT_BYTES) {
                    state = State.BROKEN;
                    return false;
                }
                leftBytes = fragmentBytes;
                established |= type == APPLICATION_DATA;
                headerBytes = 0;
                return true;
            }
        }
        headerBytes++;
        return true;
    }

    boolean clear() {
        return state == State.CLEAR;
    }

    boolean broken() {
        return state == State.BROKEN;
    }

    /** Whether the last that came is an alert, or clear text is here. */
    boolean left() {
        return clear() || state == State.RECORDS && established && headerBytes == 0 && leftBytes == 0 && alert();
    }

    /** Whether the last before clear text is an alert. */
    boolean announced() {
        return clear() && alert();
    }

    /** Whether the last record is an alert, which may well be close_notify (RFC 5246 §7.2.1). */
    private boolean alert() {
        return type == ALERT || type == APPLICATION_DATA && fragmentBytes == HIDDEN_ALERT_BYTES;
    }
}
