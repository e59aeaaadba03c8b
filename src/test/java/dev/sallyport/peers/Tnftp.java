package dev.sallyport.peers;

import dev.sallyport.peers.ChildProcess.Finished;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** tnftp: one list of commands on its standard input. */
final class Tnftp implements ClientProgram, UrgentAborter {

    @Override
    public String name() {
        return "tnftp";
    }

    @Override
    public Finished visit(Visit visit) throws Exception {
        var child = start(visit, """
                cd %1$s
                ls . in/listing.txt
                get zero.bin in/zero.bin
                get one.bin in/one.bin
                get odd.bin in/odd.bin
                get "%2$s" "in/%2$s"
                put out/up-zero.bin up-zero.bin
                put out/up-one.bin up-one.bin
                put out/up-odd.bin up-odd.bin
                put "out/%3$s" "%3$s"
                append out/more.txt log.txt
                reget resumed.bin in/resumed.bin
                restart %4$d
                put out/up-resumed.bin up-resumed.bin
                rate get 4m
                get abort.bin in/abort.bin
                rate get 0
                get after.bin in/after.bin
                quit
                """.formatted(
                visit.remoteName(), Operation.SPACED_UTF8, Operation.SPACED_UTF8_UP, SampleFiles.RESUME_AT));
        interruptOnceBegun(child, visit.in("abort.bin"), visit);
        return child.await(visit.limit());
    }

    @Override
    public Finished download(Visit visit, String remoteFile, Path target) throws Exception {
        return start(visit, "get %s %s\nquit\n".formatted(remoteFile, target)).await(visit.limit());
    }

    @Override
    public Finished upload(Visit visit, Path source, String remoteFile) throws Exception {
        return start(visit, "put %s %s/%s\nquit\n".formatted(source, visit.remoteName(), remoteFile)).await(visit.limit());
    }

    @Override
    public Finished abortUrgently(Visit visit) throws Exception {
        var child = start(visit, """
                cd %s
                rate get 4m
                get abort.bin in/abort.bin
                rate get 0
                get after.bin in/after.bin
                quit
                """.formatted(visit.remoteName()));
        interruptOnceBegun(child, visit.in("abort.bin"), visit);
        return child.await(visit.limit());
    }

    private static ChildProcess start(Visit visit, String commands) throws Exception {
        String settings = """
                user %s %s
                binary
                passive %s
                epsv4 %s
                epsv6 %s
                """.formatted(
                ServerProgram.USER,
                ServerProgram.PASSWORD,
                visit.mode().passive() ? "on" : "off",
                visit.mode().extended() ? "on" : "off",
                visit.mode().extended() ? "on" : "off");
        Path script = Files.writeString(visit.local().resolve("tnftp.commands"), settings + commands);
        return ChildProcess.start(
                List.of(
                        Requirements.program("tnftp").toString(),
                        "-n",
                        "-i",
                        "-d",
                        "-v",
                        visit.control().host(),
                        Integer.toString(visit.control().port())),
                visit.local(),
                script,
                visit.local().resolve("tnftp.log"));
    }

    /** What a user's Ctrl-C does: tnftp sends IAC IP and IAC DM as urgent data, then ABOR, and reads on to the replies. */
    private static void interruptOnceBegun(ChildProcess child, Path file, Visit visit) throws Exception {
        long deadline = System.nanoTime() + visit.limit().toNanos();
        while (!(Files.exists(file) && Files.size(file) > 0)) {
            if (!child.alive() || System.nanoTime() > deadline) {
                return;
            }
            Thread.sleep(5);
        }
        new ProcessBuilder("kill", "-INT", Long.toString(child.handle().pid())).start().waitFor();
    }
}
