package dev.sallyport.lab.trial;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@code nft monitor trace} prints, a line for each step of each packet:
 *
 * <pre>
 * trace id 2ed67326 inet filter forward packet: iif "inside" oif "outside" … ip saddr 192.0.2.10 … tcp dport 22 tcp flags == syn …
 * trace id 2ed67326 inet filter forward rule tcp dport 22 jump other (verdict jump other)
 * trace id 2ed67326 inet filter other rule tcp dport 22 counter packets 0 bytes 0 drop (verdict drop)
 * trace id 2ed67326 inet filter forward policy drop
 * </pre>
 *
 * Each base chain that a packet comes to begins with a line "packet:". An id names a packet while it is on its way, and another
 * later: what the lab's own table sees first is a new one.
 */
final class TraceReader {
    private static final Pattern LINE = Pattern.compile("trace id (\\w+) (\\w+ \\S+) (\\S+) (packet:|rule|policy|verdict) ?(.*)");
    private static final Pattern RULE = Pattern.compile("(.*) \\(verdict (\\w+).*\\)");
    private static final Pattern BASE_CHAIN = Pattern.compile("type \\w+ (hook \\w+ (?:devices? .*)?priority [^;]+);");
    private static final Map<String, Integer> FLAGS = Map.of(
            "fin", Packet.FIN, "syn", Packet.SYN, "rst", Packet.RST, "psh", 8, "ack", Packet.ACK, "urg", 32, "ecn", 64, "cwr", 128);

    /** Stands among the lines where the kernel had no room for some. */
    private static final String LOSS = "# ERROR: We lost some netlink events!";

    private final Map<String, String> hooks;
    private final Consumer<Drop> onDrop;
    private final Map<String, OnItsWay> packets = new HashMap<>();
    private final Map<Flow, Flow> untranslated = new HashMap<>();
    private int losses;

    private static final class OnItsWay {
        /** Where it was let through, and the hook of that chain. */
        private final Map<String, String> accepted = new LinkedHashMap<>();
        private String came = "";
        /** As the chain saw it that it is in. */
        private String packet = "";
        private String base = "";
    }

    /** @param chains what {@code nft list chains} prints */
    TraceReader(String chains, Consumer<Drop> onDrop) {
        hooks = hooks(chains);
        this.onDrop = onDrop;
    }

    /** What connections were when they came, by what they were when they left, in both directions. */
    Map<Flow, Flow> untranslated() {
        return untranslated;
    }

    /** How often steps were lost. */
    int losses() {
        return losses;
    }

    /** Hook and priority of each base chain. */
    private static Map<String, String> hooks(String chains) {
        Map<String, String> hooks = new HashMap<>();
        String table = "";
        String chain = "";
        for (String line : chains.lines().map(String::strip).toList()) {
            Matcher base = BASE_CHAIN.matcher(line);
            if (line.startsWith("table ")) {
                table = line.replace("table ", "").replace(" {", "");
            } else if (line.startsWith("chain ")) {
                chain = line.replace("chain ", "").replace(" {", "");
            } else if (base.find()) {
                hooks.put(table + " " + chain, base.group(1).replace(" priority", ", priority"));
            }
        }
        return hooks;
    }

    /** Takes the next line; lines that tell nothing are passed over. */
    void line(String text) {
        Matcher line = LINE.matcher(text);
        if (!line.matches()) {
            losses += text.startsWith(LOSS) ? 1 : 0;
            return;
        }
        String chain = line.group(2) + " " + line.group(3);
        if (line.group(4).equals("packet:") && Observer.isFirst(chain)) {
            packets.put(line.group(1), new OnItsWay());
        }
        OnItsWay on = packets.computeIfAbsent(line.group(1), _ -> new OnItsWay());
        switch (line.group(4)) {
            case "packet:" -> {
                on.packet = line.group(5);
                on.came = on.came.isEmpty() ? on.packet : on.came;
                on.base = chain;
                if (chain.equals(Observer.LAST)) {
                    left(packet(on.came).flow(), packet(on.packet).flow());
                }
            }
            case "rule" -> {
                Matcher rule = RULE.matcher(line.group(5));
                if (rule.matches()) {
                    decided(on, chain, rule.group(2), withoutCounts(rule.group(1)));
                }
            }
            case "policy" -> decided(on, chain, line.group(5).split(" ", 2)[0], "");
            default -> {}
        }
    }

    private void left(Flow before, Flow after) {
        if (!after.equals(before)) {
            untranslated.put(after, before);
            untranslated.put(after.reversed(), before.reversed());
        }
    }

    private void decided(OnItsWay on, String chain, String verdict, String rule) {
        String hook = Objects.requireNonNullElse(hooks.get(on.base), "");
        String name = hook.replaceAll("hook |[ ,].*", "");
        if (verdict.equals("drop")) {
            List<String> accepted = on.accepted.entrySet().stream()
                    .filter(one -> one.getValue().equals(name)).map(Map.Entry::getKey).toList();
            onDrop.accept(new Drop(packet(on.packet), field(on.packet, "iif"), field(on.packet, "oif"), chain,
                    on.base + (hook.isEmpty() ? "" : " (" + hook + ")"), name, rule, accepted));
        } else if (verdict.equals("accept") && !rule.isEmpty() && !Observer.isItsOwn(on.base)) {
            on.accepted.put("chain %s by \"%s\"".formatted(chain, rule), name);
        }
    }

    private static Packet packet(String line) {
        String six = field(line, "ip6 saddr");
        return new Packet(
                six.isEmpty() ? field(line, "ip saddr") : six,
                number(line, "sport"),
                six.isEmpty() ? field(line, "ip daddr") : field(line, "ip6 daddr"),
                number(line, "dport"),
                flags(field(line, "tcp flags ==", " | ")),
                field(line, "icmpv6 type") + field(line, "icmp type"));
    }

    private static int number(String line, String key) {
        String number = field(line, key);
        return number.isEmpty() ? 0 : Integer.parseInt(number);
    }

    private static String field(String line, String key) {
        return field(line, key, null);
    }

    /** The word after a key, or all words that this stands between. */
    private static String field(String line, String key, @Nullable String joint) {
        String words = joint == null ? "\\S+" : "\\S+(?:" + Pattern.quote(joint) + "\\S+)*";
        Matcher field = Pattern.compile("(?:^|\\s)(?:tcp |udp )?" + Pattern.quote(key) + " (" + words + ")").matcher(line);
        return field.find() ? field.group(1).replace("\"", "") : "";
    }

    /** A number in hexadecimal digits, or names. */
    private static int flags(String text) {
        if (text.isEmpty()) {
            return -1;
        }
        if (text.startsWith("0x")) {
            return Integer.decode(text);
        }
        int flags = 0;
        for (String name : text.split(" \\| ", -1)) {
            flags |= FLAGS.getOrDefault(name, 0);
        }
        return flags;
    }

    private static String withoutCounts(String rule) {
        return rule.replaceAll("counter packets \\d+ bytes \\d+", "counter");
    }
}
