package dev.sallyport.config;

import dev.sallyport.config.yaml.Form;
import dev.sallyport.config.yaml.Located;
import dev.sallyport.config.yaml.Problems;
import dev.sallyport.config.yaml.Section;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.session.PassiveRange;
import dev.sallyport.session.SessionPolicy;
import dev.sallyport.session.TlsPolicy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway does with AUTH, and which ports then open.
 *
 * @param ports those of the ranges, and where they stand
 * @param ended null where the gateway ends no TLS itself
 */
record TlsText(TlsPolicy tls, List<PassiveRange> ranges, List<Located<PortRange>> ports, @Nullable EndedTls ended) {

    /** Most ports that a relay listens on for passive ranges: each costs a descriptor, and time when the first session opens it. */
    private static final int MOST_RELAYED_PORTS = 1024;

    private static final Form<PortRange> PORTS = Form.of(
            "one port or two with a dash, going upwards within 1024 to 65535, such as 50000-50999", TlsText::ports);

    private static final Form<TlsPolicy> TLS = Form.of(
            "deny, passthrough, or keys and values: client, server and what they need", List.of("deny", "passthrough"),
            Form.oneOf(TlsPolicy.Untouched.class)::read);

    /** @param file the configuration file: paths are relative to it */
    static TlsText read(Section gateway, Problems problems, Path file) {
        var ended = gateway.holdsKeys("tls") ? EndedTls.read(gateway.section("tls"), problems, file) : null;
        var untouched = gateway.holdsKeys("tls") ? TlsPolicy.DENY : gateway.value("tls", TLS, TlsPolicy.DENY);
        var ranges = new ArrayList<PassiveRange>();
        var places = new ArrayList<Located<PortRange>>();
        for (var section : gateway.oneOrMany("passiveRanges")) {
            var servers = section.oneOrMore("servers", Forms.NETWORK).stream().map(Located::value).toList();
            var ports = section.required("ports", PORTS);
            section.end();
            if (!servers.isEmpty() && ports != null) {
                ranges.add(new PassiveRange(servers, ports.value()));
                places.add(ports);
            }
        }
        if (untouched == TlsPolicy.DENY && !ranges.isEmpty()) {
            gateway.refuse("passiveRanges", gateway.holdsKeys("tls")
                    ? "passiveRanges open where TLS is not looked into, and here the gateway ends it: leave this out."
                    : "passiveRanges open behind AUTH alone, which is refused here: write tls: passthrough too, or leave this out.");
        }
        return new TlsText(ended == null ? untouched : ended.policy(), List.copyOf(ranges), List.copyOf(places), ended);
    }

    private static @Nullable PortRange ports(String text) {
        return Forms.PORTS.read(text) instanceof PortRange ports && !ports.first().privileged() ? ports : null;
    }

    /** Refuses what the relay cannot do, which listens on every port of every range. @param dataPorts what it listens on besides */
    void refuseForRelay(PortRange dataPorts, Problems problems) {
        var all = 0;
        for (var range : ports) {
            all += range.value().size();
            if (all > MOST_RELAYED_PORTS) {
                problems.add(range, "the relay listens on each port of passiveRanges, and these make " + all + ", more than "
                        + MOST_RELAYED_PORTS + ": give the servers smaller ranges, or write dataPath: kernel, which needs no listeners.");
                return;
            }
            if (Conflicts.overlap(range.value(), dataPorts)) {
                problems.add(
                        range, "the relay listens on dataPorts " + dataPorts + " too, which share ports with these: give each its own.");
            }
        }
    }

    /** The same for the kernel, where clients are led on from an address of this host. */
    void refuseForKernel(PortRange dataPorts, Problems problems) {
        ports.stream().filter(range -> Conflicts.overlap(range.value(), dataPorts)).forEach(range -> problems.add(
                range, "clients are told dataPorts " + dataPorts + " too, which share ports with these: give each its own."));
    }
}
