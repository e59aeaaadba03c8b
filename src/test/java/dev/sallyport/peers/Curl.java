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

/** curl: one invocation with a configuration file, a section for each transfer. */
final class Curl implements Exchanger {

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
    public Finished exchange(Visit visit, List<String> downloads, List<String> uploads) throws Exception {
        var transfers = new ArrayList<List<String>>();
        transfers.add(List.of(url(visit, ""), option("output", visit.in("listing.txt"))));
        downloads.forEach(name -> transfers.add(List.of(url(visit, name), option("output", visit.in(name)))));
        uploads.forEach(name -> transfers.add(List.of(url(visit, name), option("upload-file", visit.out(name)))));
        return run(visit, transfers);
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

    private static ChildProcess start(Visit visit, List<List<String>> transfers) throws Exception {
        String sections = transfers.stream()
                .map(transfer -> String.join("\n", transfer) + "\n" + String.join("\n", common(visit)))
                .collect(Collectors.joining("\nnext\n"));
        Path configuration = Files.writeString(visit.local().resolve("curl.conf"), sections);
        return ChildProcess.start(
                List.of(Requirements.program("curl").toString(), "--disable", "--config", configuration.toString()),
                visit.local(),
                ChildProcess.noInput(),
                visit.local().resolve("curl.log"));
    }

    private static List<String> common(Visit visit) {
        var options = new ArrayList<String>(List.of(
                option("user", ServerProgram.USER + ":" + ServerProgram.PASSWORD),
                option("max-time", visit.limit().toSeconds()),
                "verbose",
                "silent",
                "show-error",
                // curl ignores the address in a 227 unless told otherwise, and would not notice a wrong one.
                "no-ftp-skip-pasv-ip"));
        if (!visit.mode().passive()) {
            options.add(option("ftp-port", "-"));
        }
        if (!visit.mode().extended()) {
            options.add(visit.mode().passive() ? "disable-epsv" : "disable-eprt");
        }
        return options;
    }

    private static String url(Visit visit, String name) {
        String path = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20").replace("%2F", "/");
        return option("url", "ftp://%s:%d/%s/%s"
                .formatted(visit.control().urlHost(), visit.control().port(), visit.remoteName(), path));
    }

    private static String option(String name, Object value) {
        return name + " = \"" + value + "\"";
    }
}
