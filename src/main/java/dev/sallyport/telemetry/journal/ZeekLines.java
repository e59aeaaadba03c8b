package dev.sallyport.telemetry.journal;

import static java.util.stream.Collectors.joining;

import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.session.Transfer;
import dev.sallyport.telemetry.Direction;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Zeek's ftp.log, as its ASCII writer writes it: the columns of FTP::Info and no others, since there are readers that count
 * them. A row for each transfer; of sessions Zeek tells in its conn.log. A password is always {@value #HIDDEN}.
 */
final class ZeekLines implements Format.Lines {

    /** What Zeek writes in a password's place. */
    private static final String HIDDEN = "<hidden>";
    /** What Zeek writes for a user whom it does not know. */
    private static final String UNKNOWN = "<unknown>";
    private static final String UNSET = "-";
    private static final String EMPTY = "(empty)";

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd-HH-mm-ss", Locale.ROOT);
    private static final int MICROS = 6;

    /** @param value as it is written; null: unset */
    private record Column(String name, String type, Function<Entry.OfTransfer, @Nullable String> value) {}

    private final Set<Told> told;
    private final List<Column> columns = List.of(
            new Column("ts", "time", entry -> time(entry.start())),
            new Column("uid", "string", entry -> entry.party().session().toString()),
            new Column("id.orig_h", "addr", entry -> address(Told.CLIENT, entry.party().client())),
            new Column("id.orig_p", "port", entry -> port(Told.CLIENT, entry.party().client())),
            new Column("id.resp_h", "addr", entry -> address(Told.SERVER, entry.party().address())),
            new Column("id.resp_p", "port", entry -> port(Told.SERVER, entry.party().address())),
            new Column("user", "string", this::user),
            new Column("password", "string", entry -> entry.party().user().isEmpty() ? null : HIDDEN),
            new Column("command", "string", entry -> entry.transfer().verb().name()),
            new Column("arg", "string", this::argument),
            new Column("mime_type", "string", _ -> null),
            new Column("file_size", "count", ZeekLines::size),
            new Column("reply_code", "count", entry -> code(entry.transfer())),
            new Column("reply_msg", "string", _ -> null),
            new Column("data_channel.passive", "bool", data(data -> data.passive() ? "T" : "F")),
            new Column("data_channel.orig_h", "addr", data(data -> Addresses.text(data.from(), false))),
            new Column("data_channel.resp_h", "addr", data(data -> Addresses.text(data.to().address(), false))),
            new Column("data_channel.resp_p", "port", data(data -> data.to().port().toString())),
            new Column("fuid", "string", _ -> null));

    ZeekLines(Set<Told> told) {
        this.told = told;
    }

    @Override
    public String head(ZonedDateTime now) {
        return "#separator \\x09\n" + meta("set_separator", ",") + meta("empty_field", EMPTY) + meta("unset_field", UNSET)
                + meta("path", "ftp") + meta("open", TIME.format(now))
                + meta("fields", columns.stream().map(Column::name).toArray(String[]::new))
                + meta("types", columns.stream().map(Column::type).toArray(String[]::new));
    }

    @Override
    public String foot(ZonedDateTime now) {
        return meta("close", TIME.format(now));
    }

    private static String meta(String name, String... values) {
        return "#" + name + "\t" + String.join("\t", Arrays.asList(values)) + "\n";
    }

    @Override
    public char first() {
        return '#';
    }

    @Override
    public boolean line(Entry entry, Portion to) {
        if (!(entry instanceof Entry.OfTransfer transfer)) {
            return false;
        }
        to.add(columns.stream()
                .map(column -> column.value().apply(transfer)).map(value -> value == null ? UNSET : value)
                .collect(joining("\t", "", "\n")));
        return true;
    }

    private static String time(Instant at) {
        return BigDecimal.valueOf(at.getEpochSecond() * 1_000_000 + at.getNano() / 1_000, MICROS).toPlainString();
    }

    private @Nullable String address(Told which, Endpoint endpoint) {
        return told.contains(which) ? Addresses.text(endpoint.address(), false) : null;
    }

    private @Nullable String port(Told which, Endpoint endpoint) {
        return told.contains(which) ? endpoint.port().toString() : null;
    }

    private @Nullable String user(Entry.OfTransfer entry) {
        return !told.contains(Told.USER) ? null : entry.party().user().isEmpty() ? UNKNOWN : text(entry.party().user());
    }

    /** Zeek makes a URL of what is about a file, beginning with a dot where the directory is not known; a listing's stays. */
    private @Nullable String argument(Entry.OfTransfer entry) {
        var transfer = entry.transfer();
        var argument = transfer.argument();
        if (!told.contains(Told.PATH) || argument.isEmpty()) {
            return null;
        }
        if (Direction.of(transfer.verb()) == Direction.LISTING) {
            return text(argument);
        }
        var path = transfer.path() != null ? transfer.path() : argument.startsWith("/") ? argument : "/./" + argument;
        return "ftp://" + (told.contains(Told.SERVER) ? Addresses.text(entry.party().address().address(), true) : "") + text(path);
    }

    private static @Nullable String size(Entry.OfTransfer entry) {
        return entry.transfer().dataEnd() == null ? null
                : Long.toString(Direction.of(entry.transfer().verb()) == Direction.UPLOAD ? entry.bytesToServer() : entry.bytesToClient());
    }

    private static @Nullable String code(Transfer transfer) {
        return transfer.finalCode() == 0 ? null : Integer.toString(transfer.finalCode());
    }

    private Function<Entry.OfTransfer, @Nullable String> data(Function<Entry.Data, String> of) {
        return entry -> entry.data() == null || !told.containsAll(List.of(Told.CLIENT, Told.SERVER)) ? null : of.apply(entry.data());
    }

    /** What would look like a field that is unset, or empty, has its first byte escaped. */
    private static String text(String bytes) {
        if (bytes.equals(UNSET) || bytes.equals(EMPTY)) {
            var escaped = new StringBuilder();
            PeerText.escape(escaped, bytes.charAt(0));
            return escaped + bytes.substring(1);
        }
        return PeerText.zeek(bytes);
    }
}
