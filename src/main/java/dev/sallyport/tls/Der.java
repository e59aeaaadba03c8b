package dev.sallyport.tls;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;

/** Values of ASN.1 as bytes (X.690, distinguished encoding): as much as a certificate needs. */
final class Der {

    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int OCTET_STRING = 0x04;
    private static final int UTF8_STRING = 0x0c;
    private static final int UTC_TIME = 0x17;
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    /** Of a tag that is its context's, whose content is primitive, or made of values. */
    private static final int OF_CONTEXT = 0x80;
    private static final int OF_CONTEXT_MADE = 0xa0;

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private Der() {}

    static byte[] sequence(byte[]... parts) {
        return value(SEQUENCE, parts);
    }

    static byte[] set(byte[]... parts) {
        return value(SET, parts);
    }

    static byte[] integer(BigInteger number) {
        return value(INTEGER, number.toByteArray());
    }

    /** Whole bytes. */
    static byte[] bits(byte[] content) {
        return value(BIT_STRING, new byte[] {0}, content);
    }

    static byte[] octets(byte[] content) {
        return value(OCTET_STRING, content);
    }

    static byte[] text(String text) {
        return value(UTF8_STRING, text.getBytes(StandardCharsets.UTF_8));
    }

    /** @param at before 2050 */
    static byte[] time(Instant at) {
        return value(UTC_TIME, TIME.format(at).getBytes(StandardCharsets.US_ASCII));
    }

    /** @param encoded an object identifier, in hexadecimal, with its tag and length */
    static byte[] identifier(String encoded) {
        return HexFormat.of().parseHex(encoded);
    }

    /** A value whose meaning follows from its number. @param number 0 to 30 */
    static byte[] numbered(int number, byte[] content) {
        return value(OF_CONTEXT | number, content);
    }

    /** The same of a value that is made of others. */
    static byte[] numberedPart(int number, byte[] content) {
        return value(OF_CONTEXT_MADE | number, content);
    }

    private static byte[] value(int tag, byte[]... parts) {
        var content = new ByteArrayOutputStream();
        for (var part : parts) {
            content.writeBytes(part);
        }
        var value = new ByteArrayOutputStream();
        value.write(tag);
        var length = content.size();
        if (length >= 0x80) {
            // Two bytes of length at most: no certificate of ours is longer than 64 KiB.
            value.write(length > 0xff ? 0x82 : 0x81);
            if (length > 0xff) {
                value.write(length >> 8);
            }
        }
        value.write(length);
        value.writeBytes(content.toByteArray());
        return value.toByteArray();
    }
}
