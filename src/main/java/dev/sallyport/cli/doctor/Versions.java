package dev.sallyport.cli.doctor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The JDK, the kernel, and the programs that the gateway runs. */
final class Versions {

    /** Of Java, as the launcher demands. */
    private static final int JAVA = 25;

    /** The first kernel with {@code socket wildcard}, without which strangers reach a transparent listener. */
    private static final Version KERNEL = new Version(5, 10);

    private static final Version NFT = new Version(1, 0);

    private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})");

    /** The first two numbers of a version. */
    record Version(int major, int minor) {

        /** The first version in a text such as {@code nftables v1.0.6 (Lester Gooch #5)}; null when there is none. */
        static @Nullable Version in(String text) {
            var matcher = VERSION.matcher(text);
            return matcher.find()
                    ? new Version(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)))
                    : null;
        }

        boolean atLeast(Version other) {
            return major > other.major || major == other.major && minor >= other.minor;
        }

        @Override
        public String toString() {
            return major + "." + minor;
        }
    }

    private Versions() {}

    static List<Finding> look(Wants wants, Host host) {
        var findings = new ArrayList<Finding>();
        findings.add(java(Runtime.version().feature()));
        if (wants.rules()) {
            findings.add(kernel(Objects.requireNonNullElse(host.read(Path.of("/proc/sys/kernel/osrelease")), "")));
            findings.add(nft(host.run("", "nft", "--version")));
            findings.add(ip(host.run("", "ip", "-V")));
        }
        return findings;
    }

    static Finding java(int feature) {
        return feature >= JAVA
                ? Finding.ok("JDK", Integer.toString(feature))
                : Finding.missing("JDK", feature + ", and " + JAVA + " is needed", "apt-get install temurin-25-jdk");
    }

    static Finding kernel(String release) {
        var version = Version.in(release);
        return version != null && version.atLeast(KERNEL)
                ? Finding.ok("kernel", release)
                : Finding.missing("kernel", release + ", and " + KERNEL + " or later is needed", "apt-get install linux-image-amd64");
    }

    static Finding nft(Host.Ran ran) {
        var mend = "apt-get install nftables";
        if (ran.absent()) {
            return Finding.missing("nft", "not installed", mend);
        }
        var version = Version.in(ran.out());
        return version != null && version.atLeast(NFT)
                ? Finding.ok("nft", ran.out().strip())
                : Finding.missing("nft", ran.out().strip() + ", and " + NFT + " or later is needed", mend);
    }

    private static Finding ip(Host.Ran ran) {
        return ran.absent()
                ? Finding.missing("ip", "not installed", "apt-get install iproute2")
                : Finding.ok("ip", ran.out().strip());
    }
}
