package dev.sallyport.lab.trial;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The protocol below TCP. */
public enum Family {
    IPV4("IPv4"),
    IPV6("IPv6");

    /** Is there where the kernel speaks IPv6. */
    private static final Path SIX = Path.of("/proc/sys/net/ipv6/conf");

    private final String text;

    Family(String text) {
        this.text = text;
    }

    /** Those that this host's kernel speaks. */
    public static List<Family> here() {
        return Files.isDirectory(SIX) ? List.of(values()) : List.of(IPV4);
    }

    @Override
    public String toString() {
        return text;
    }
}
