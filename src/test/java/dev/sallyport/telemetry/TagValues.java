package dev.sallyport.telemetry;

import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.Side;
import dev.sallyport.ftp.Verb;
import dev.sallyport.lab.replay.SessionReport.Followed;
import dev.sallyport.lab.replay.SessionReport.Misfit;
import dev.sallyport.session.ClientRefusal;
import dev.sallyport.session.EndReason;
import dev.sallyport.session.PinholeRefusal;
import dev.sallyport.session.SessionEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the tags of meters may say: closed sets, or names of the configuration. */
public final class TagValues {

    private static final Pattern OURS = Pattern.compile(
            "sallyport_(?!sessions_left_out|session_(data_bytes|transfers|pinholes|age|last_command_age|info))");
    private static final Pattern SAMPLE = Pattern.compile("(\\w+)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\",?");
    private static final Pattern COUNTER = Pattern.compile("^ *counter (\\w+) \\{", Pattern.MULTILINE);
    private static final Map<String, Meter> METERS =
            Arrays.stream(Meter.values()).collect(Collectors.toMap(Meter::exposed, Function.identity()));
    /** More than a guide lists. */
    private static final int MANY = 20;

    /** @param closed in their order; empty where they are not in the program @param told what a guide says of them */
    record Range(List<String> closed, String told) {

        static Range of(String... values) {
            return of(List.of(values), "");
        }

        static Range of(List<String> values, String told) {
            return new Range(values, values.size() < MANY
                    ? values.stream().map(value -> "`" + value + "`").collect(Collectors.joining(", ")) : told);
        }

        static Range of(Enum<?>... values) {
            return of(Arrays.stream(values).map(Word::of).toList(), "");
        }

        static Range configured(String told) {
            return new Range(List.of(), told);
        }

        boolean holds(String value) {
            return closed.isEmpty() ? !value.isEmpty() : closed.contains(value);
        }
    }

    private TagValues() {}

    /**
     * What is exposed and should not be: series that are no meter's, that have other tags than it, or another value than these
     * may have.
     *
     * @param samples lines of Prometheus' text format; names that are not ours, and those of live sessions, are passed over
     */
    public static List<String> strangers(List<String> samples) {
        return samples.stream().filter(line -> OURS.matcher(line).lookingAt()).filter(line -> !known(line)).toList();
    }

    private static boolean known(String line) {
        var sample = SAMPLE.matcher(line);
        var meter = sample.matches() ? METERS.get(sample.group(1).replaceFirst("_(bucket|sum|count)$", "")) : null;
        if (meter == null) {
            return false;
        }
        var labels = LABEL.matcher(Objects.requireNonNullElse(sample.group(2), "")).results()
                .filter(label -> !label.group(1).equals("le") || meter.kind != Meter.Kind.HISTOGRAM)
                .collect(Collectors.toMap(label -> label.group(1), label -> label.group(2)));
        return labels.keySet().equals(Set.of(meter.tagNames()))
                && meter.tags.stream().allMatch(tag -> of(meter, tag).holds(labels.getOrDefault(tag.text(), "")));
    }

    static Range of(Meter meter, Tag tag) {
        return switch (tag) {
            case VERSION -> Range.configured("the program's version");
            case GATEWAY -> Range.configured("the gateway's `name`");
            case RULE_SET -> Range.configured("the name of the gateway's rule set");
            case RULE -> Range.configured("the rule's `name`, `(defaults)` where none matched, `other` for those hit least");
            case ACTION -> Range.of("allow", "deny", "close", "other");
            case REASON -> reasons(meter);
            case OUTCOME -> outcomes(meter);
            case DIRECTION -> switch (meter) {
                case TRANSFERS, TRANSFER_DURATION, TRANSFER_THROUGHPUT -> Range.of(Direction.values());
                default -> Range.of("to_client", "to_server");
            };
            case MODE -> Range.of(Stream.concat(
                    Arrays.stream(Verb.values()).filter(Verb::setsUp).map(Verb::name),
                    meter == Meter.TRANSFERS ? Stream.of("none") : Stream.empty()).toList(), "");
            case VERB -> Range.of(
                    Arrays.stream(Verb.values()).map(Verb::name).toList(),
                    "the command, in capitals; `UNKNOWN` for one that the gateway does not know");
            case CLASS -> Range.of("1xx", "2xx", "3xx", "4xx", "5xx", "6xx");
            case CODE -> Range.of(codes(), "the reply's code, where an RFC names it; else `other`");
            case PATH -> Range.of(DataPathKind.values());
            case SIDE -> Range.of(Side.values());
            case FAULT -> Range.of(
                    Arrays.stream(Fault.values()).map(Word::of).toList(),
                    "what the peer did, as the log names it, with `_` for `-`");
            case ENFORCED -> Range.of("true", "false");
            case RULING -> Range.of(Arrays.stream(SessionEvent.Ruling.values())
                    .filter(ruling -> ruling != SessionEvent.Ruling.ALLOWED).toArray(SessionEvent.Ruling[]::new));
            case ERRNO -> Range.of(
                    "EPERM", "ENOENT", "EAGAIN", "ENOMEM", "EBUSY", "EEXIST", "EINVAL", "ENFILE", "ENOSPC", "ENOBUFS", "ETIMEDOUT",
                    "other");
            case FILE -> Range.configured("the certificate's file");
            case COUNTER -> Range.of(wall(), "");
        };
    }

    private static Range reasons(Meter meter) {
        return switch (meter) {
            case SESSIONS_ENDED -> Range.of(EndReason.values());
            case CLIENTS_REFUSED -> Range.of(ClientRefusal.values());
            case PINHOLES_UNUSED -> Range.of(SessionEvent.Unused.values());
            case CAPTURE_DROPPED -> Range.of("kernel", "interface");
            case SESSIONS_UNFOLLOWED -> Range.of(Followed.TO_A_GAP, Followed.NOT);
            case STRAY_CONNECTIONS -> Range.of(Misfit.values());
            case PINHOLES_REFUSED, RANGES_REFUSED -> Range.of(PinholeRefusal.values());
            default -> throw new IllegalArgumentException(meter + " has no reasons");
        };
    }

    private static Range outcomes(Meter meter) {
        return switch (meter) {
            case LOGINS -> Range.of("accepted", "refused");
            case TRANSFERS -> Range.of(Outcome.values());
            case RULES_RELOADED -> Range.of("taken", "refused");
            default -> throw new IllegalArgumentException(meter + " has no outcomes");
        };
    }

    private static List<String> codes() {
        var codes = new TreeSet<String>();
        new ReplyCounts((_, code) -> {
            codes.add(code);
            return new LongAdder();
        });
        return List.copyOf(codes);
    }

    /** The counters that the table declares. */
    private static List<String> wall() {
        try {
            return COUNTER.matcher(Files.readString(Path.of("deploy/nftables/sallyport.nft"))).results()
                    .map(found -> found.group(1)).toList();
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }
}
