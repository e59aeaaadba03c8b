package dev.sallyport.capture;

import org.jspecify.annotations.Nullable;

/** The kinds of frames whose first bytes are understood: LINKTYPE_ values of tcpdump.org. */
enum Link {
    /** LINKTYPE_NULL: the family in the order of bytes of who captured. */
    LOOPBACK(0),
    ETHERNET(1),
    /** What some systems write for {@link #RAW}. */
    RAW_OF_BSD(12),
    RAW_OF_OPENBSD(14),
    RAW(101),
    /** LINKTYPE_LOOP: the family in network order. */
    LOOPBACK_OF_OPENBSD(108),
    LINUX_COOKED(113),
    RAW_IPV4(228),
    RAW_IPV6(229),
    LINUX_COOKED_2(276);

    private static final Link[] BY_NUMBER = new Link[LINUX_COOKED_2.number + 1];

    static {
        for (var link : values()) {
            BY_NUMBER[link.number] = link;
        }
    }

    private final int number;

    Link(int number) {
        this.number = number;
    }

    /** Null for one that is not understood. */
    static @Nullable Link of(int number) {
        return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
    }
}
