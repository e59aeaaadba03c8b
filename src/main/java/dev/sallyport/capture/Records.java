package dev.sallyport.capture;

import java.io.IOException;

/** The packets of one file format, in the order of the file. */
sealed interface Records permits PcapRecords, PcapngRecords {

    /** A packet is no larger: libpcap itself captures 262,144 bytes at most. */
    int MOST_PACKET_BYTES = 1 << 20;

    /** @return false behind the last packet @throws Damage where the file is not as it should be */
    boolean next(Packet packet) throws IOException, Damage;

    /** The file cannot be read further. */
    final class Damage extends Exception {
        private static final long serialVersionUID = 1;

        /** Whether the file just ends too early. */
        final boolean cutOff;

        private Damage(String what, boolean cutOff) {
            super(what);
            this.cutOff = cutOff;
        }

        static Damage cutOff() {
            return new Damage("", true);
        }

        static Damage of(String what) {
            return new Damage(what, false);
        }
    }
}
