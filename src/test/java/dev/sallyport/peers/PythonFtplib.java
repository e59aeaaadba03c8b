package dev.sallyport.peers;

import dev.sallyport.peers.ChildProcess.Finished;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Python's ftplib, driven by a script. */
final class PythonFtplib implements ClientProgram, UrgentAborter, Exchanger {

    private final @Nullable FtpsSecurity security;
    private final boolean resumes;

    PythonFtplib() {
        this(null, false);
    }

    private PythonFtplib(@Nullable FtpsSecurity security, boolean resumes) {
        this.security = security;
        this.resumes = resumes;
    }

    /** @param resumes whether data connections resume the control connection's TLS, which ftplib by itself does not */
    static PythonFtplib with(@Nullable FtpsSecurity security, boolean resumes) {
        return new PythonFtplib(security, resumes);
    }

    @Override
    public String name() {
        return "ftplib";
    }

    @Override
    public Finished visit(Visit visit) throws Exception {
        return run(
                visit,
                "visit",
                visit.remoteName(),
                Operation.SPACED_UTF8,
                Operation.SPACED_UTF8_UP,
                Integer.toString(SampleFiles.RESUME_AT));
    }

    @Override
    public Finished download(Visit visit, String remoteFile, Path target) throws Exception {
        return run(visit, "download", remoteFile, target.toString());
    }

    @Override
    public Finished upload(Visit visit, Path source, String remoteFile) throws Exception {
        return run(visit, "upload", source.toString(), visit.remoteName() + "/" + remoteFile);
    }

    @Override
    public Finished abortUrgently(Visit visit) throws Exception {
        return run(visit, "abort", visit.remoteName());
    }

    @Override
    public Finished exchange(Visit visit, List<Move> moves) throws Exception {
        return run(
                visit, Stream.concat(Stream.of("exchange", visit.remoteName()), moves.stream().map(Move::toString)).toArray(String[]::new));
    }

    private Finished run(Visit visit, String... task) throws Exception {
        Scripts.unpack("ftps.py", visit.local());
        var command = new ArrayList<String>(List.of(
                Requirements.debianPython().toString(),
                Scripts.unpack("ftplib_client.py", visit.local()).toString(),
                visit.control().host(),
                Integer.toString(visit.control().port()),
                ServerProgram.USER,
                ServerProgram.PASSWORD,
                FtpsSecurity.told(security),
                resumes ? "resume" : "fresh",
                visit.mode().name()));
        command.addAll(List.of(task));
        return ChildProcess.start(
                        command, visit.local(), ChildProcess.noInput(), visit.local().resolve("ftplib.log"))
                .await(visit.limit());
    }
}
