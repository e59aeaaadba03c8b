package dev.sallyport.peers;

import dev.sallyport.peers.ChildProcess.Finished;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** curl: one invocation with a configuration file, a section for each transfer. */
final class Curl implements ClientProgram, Exchanger {

    private final @Nullable FtpsSecurity security;

    Curl() {
        this(null);
    }

    private Curl(@Nullable FtpsSecurity security) {
        this.security = security;
    }

    static Curl with(@Nullable FtpsSecurity security) {
        return new Curl(security);
    }

    @Override
    public String name() {
        return "curl";
    }

    /** curl resumes uploads with APPE, not REST; and after its ABOR it closes the control connection of its own accord. */
    @Override
    public Set<Operation> operations() {
        return EnumSet.complementOf(EnumSet.of(Operation.RESUME_UPLOAD, Operation.ONE_CONTROL_CONNECTION));
    }

    @Override
    public Finished visit(Visit visit) throws Exception {
        var transfers = new ArrayList<List<String>>();
        transfers.add(List.of(url(visit, ""), option("output", visit.in("listing.txt"))));
        for (String name : List.of("zero.bin", "one.bin", "odd.bin", Operation.SPACED_UTF8)) {
            transfers.add(List.of(url(visit, name), option("output", visit.in(name))));
        }
        for (String name : List.of("up-zero.bin", "up-one.bin", "up-odd.bin", Operation.SPACED_UTF8_UP)) {
            transfers.add(List.of(url(visit, name), option("upload-file", visit.out(name))));
        }
        transfers.add(List.of(url(visit, "log.txt"), option("upload-file", visit.out("more.txt")), "append"));
        transfers.add(List.of(
                url(visit, "resumed.bin"),
                option("output", visit.in("resumed.bin")),
                option("continue-at", SampleFiles.RESUME_AT)));
        // A range that ends before the file does makes curl send ABOR.
        transfers.add(List.of(url(visit, "abort.bin"), option("output", visit.in("abort.bin")), option("range", "0-99999")));
        transfers.add(List.of(url(visit, "after.bin"), option("output", visit.in("after.bin"))));
        return run(visit, transfers);
    }

    @Override
    public Finished download(Visit visit, String remoteFile, Path target) throws Exception {
        return run(visit, List.of(List.of(url(visit, "../" + remoteFile), option("output", target))));
    }

    @Override
    public Finished upload(Visit visit, Path source, String remoteFile) throws Exception {
        return run(visit, List.of(List.of(url(visit, remoteFile), option("upload-file", source))));
    }

    @Override
    public Finished exchange(Visit visit, List<Move> moves) throws Exception {
        var sections = new ArrayList<List<String>>();
        sections.add(section(visit, visit.mode(), List.of(url(visit, ""), option("output", visit.in("listing.txt")))));
        for (var move : moves) {
            var file = move.up() ? option("upload-file", visit.out(move.name())) : option("output", visit.in(move.name()));
            sections.add(section(visit, move.mode(), List.of(url(visit, move.name()), file)));
        }
        return startSections(visit, sections).await(visit.limit());
    }

    /** Begins to bring {@code abort.bin} into {@code in}, slowly. */
    ChildProcess beginDownload(Visit visit) throws Exception {
        return start(visit, List.of(List.of(
                url(visit, "abort.bin"), option("output", visit.in("abort.bin")), option("limit-rate", "1M"), "no-buffer")));
    }

    /** Begins to take the same file to the server as {@code begun.bin}, slowly. */
    ChildProcess beginUpload(Visit visit) throws Exception {
        return start(visit, List.of(List.of(
                url(visit, "begun.bin"), option("upload-file", visit.onServer("abort.bin")), option("limit-rate", "1M"))));
    }

    private Finished run(Visit visit, List<List<String>> transfers) throws Exception {
        return start(visit, transfers).await(visit.limit());
    }

    private ChildProcess start(Visit visit, List<List<String>> transfers) throws Exception {
        return startSections(visit, transfers.stream().map(transfer -> section(visit, visit.mode(), transfer)).toList());
    }

    private static ChildProcess startSections(Visit visit, List<List<String>> sections) throws Exception {
        String text = sections.stream().map(section -> String.join("\n", section)).collect(Collectors.joining("\nnext\n"));
        Path configuration = Files.writeString(visit.local().resolve("curl.conf"), text);
        return ChildProcess.start(
                List.of(Requirements.program("curl").toString(), "--disable", "--config", configuration.toString()),
                visit.local(),
                ChildProcess.noInput(),
                visit.local().resolve("curl.log"));
    }

    /** One transfer, with what goes for all of a mode. */
    private List<String> section(Visit visit, TransferMode mode, List<String> transfer) {
        var options = new ArrayList<>(transfer);
        options.addAll(List.of(
                option("user", ServerProgram.USER + ":" + ServerProgram.PASSWORD),
                option("max-time", visit.limit().toSeconds()),
                "verbose",
                "silent",
                "show-error",
                // curl ignores the address in a 227 unless told otherwise, and would not notice a wrong one.
                "no-ftp-skip-pasv-ip"));
        if (security != null) {
            options.add("insecure");
            options.add(security.dataPrivate() ? "ssl-reqd" : "ftp-ssl-control");
            options.add("tlsv" + security.number());
            options.add(option("tls-max", security.number()));
        }
        if (!mode.passive()) {
            options.add(option("ftp-port", "-"));
        }
        if (!mode.extended()) {
            // Both: a connection goes on as it has begun, though other transfers on it ask for a mode of the other kind.
            options.addAll(List.of("disable-epsv", "disable-eprt"));
        }
        return options;
    }

    private String url(Visit visit, String name) {
        String path = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20").replace("%2F", "/");
        return option("url", "%s://%s:%d/%s/%s"
                .formatted(security != null && security.implicit() ? "ftps" : "ftp", visit.control().urlHost(), visit.control().port(), visit.remoteName(), path));
    }

    private static String option(String name, Object value) {
        return name + " = \"" + value + "\"";
    }
}
