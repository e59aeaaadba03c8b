package dev.sallyport.peers;

import dev.sallyport.peers.ChildProcess.Finished;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Python's ftplib, driven by a script. */
final class PythonFtplib implements ClientProgram, UrgentAborter {

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

    private static Finished run(Visit visit, String... task) throws Exception {
        var command = new ArrayList<String>(List.of(
                Requirements.debianPython().toString(),
                Scripts.unpack("ftplib_client.py", visit.local()).toString(),
                visit.control().host(),
                Integer.toString(visit.control().port()),
                ServerProgram.USER,
                ServerProgram.PASSWORD,
                visit.mode().name()));
        command.addAll(List.of(task));
        return ChildProcess.start(
                        command, visit.local(), ChildProcess.noInput(), visit.local().resolve("ftplib.log"))
                .await(visit.limit());
    }
}
