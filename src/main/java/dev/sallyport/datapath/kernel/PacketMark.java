package dev.sallyport.datapath.kernel;

/**
 * Some bits of a packet's mark, which the host may share with others.
 *
 * @param value the mark, all 32 bits as unsigned; not zero, and within the mask
 * @param mask the bits that are ours
 */
public record PacketMark(int value, int mask) {

    /** @throws IllegalArgumentException when the value is zero or has bits outside of the mask */
    public PacketMark {
        if (value == 0 || (value & ~mask) != 0) {
            throw new IllegalArgumentException("a mark is not zero and within its mask, not " + text(value) + "/" + text(mask));
        }
    }

    /** Whether the two share bits, and so cannot both stand on one packet. */
    public boolean overlaps(PacketMark other) {
        return (mask & other.mask) != 0;
    }

    /** {@code 0x01000000/0x01000000}, as {@code ip rule} reads it. */
    @Override
    public String toString() {
        return text(value) + "/" + text(mask);
    }

    static String text(int bits) {
        return "0x%08x".formatted(bits);
    }
}
