package dev.sallyport.rules;

import dev.sallyport.ftp.Network;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Which rules an address leaves possible. Each network knows its own rules and those of all networks around it, so that the
 * longest prefix that is found is the answer. Asked when a session begins, not for each command.
 */
final class NetworkIndex {

    private final RuleBits everywhere;
    private final Map<NetworkSet.Bits, RuleBits>[] byLength;

    /** @param networks of each rule; none: it is possible everywhere */
    NetworkIndex(List<List<Network>> networks, Function<BitSet, RuleBits> share) {
        var any = new BitSet();
        var own = new HashMap<Network, BitSet>();
        for (var rule = 0; rule < networks.size(); rule++) {
            if (networks.get(rule).isEmpty()) {
                any.set(rule);
            }
            for (var network : networks.get(rule)) {
                own.computeIfAbsent(network, _ -> new BitSet()).set(rule);
            }
        }
        everywhere = share.apply(any);
        @SuppressWarnings({"unchecked", "rawtypes"})
        Map<NetworkSet.Bits, RuleBits>[] maps = new Map[129];
        byLength = maps;
        var sorted = new ArrayList<>(own.keySet());
        sorted.sort(Comparator.comparingInt(Network::prefixLength));
        for (var network : sorted) {
            var prefix = NetworkSet.Bits.of(network.address());
            var rules = at(prefix).toBitSet();
            rules.or(own.getOrDefault(network, any));
            var length = network.prefixLength();
            if (byLength[length] == null) {
                byLength[length] = new HashMap<>();
            }
            byLength[length].put(prefix, share.apply(rules));
        }
    }

    /** The rules that do not ask for an address. */
    RuleBits unasked() {
        return everywhere;
    }

    /** The rules that an address leaves possible. */
    RuleBits at(NetworkSet.Bits address) {
        for (var length = address.ipv4() ? 32 : 128; length >= 0; length--) {
            var found = byLength[length] == null ? null : byLength[length].get(address.prefix(length));
            if (found != null) {
                return found;
            }
        }
        return everywhere;
    }
}
