package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.lab.trial.Family;
import dev.sallyport.lab.trial.LabSettings;
import dev.sallyport.lab.trial.ServerProgram;
import dev.sallyport.lab.trial.Topology;
import dev.sallyport.lab.trial.Trial;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a lab tells besides its matrix. */
class LabReportTest {

    private static final LabSettings SETTINGS = new LabSettings(
            Topology.ROUTED, List.of(), List.of(), List.of(), List.of(Family.IPV4), "inside", "outside", 10);

    private static final List<Trial> TRIALS = List.of(
            new Trial("ruleset", true, ServerProgram.VSFTPD, List.of(), "", "packets of the captures (7)"),
            new Trial("kernel-helper", false, ServerProgram.VSFTPD, List.of(), "this kernel has no FTP helper", ""));

    @Test
    void text_saysWhatIsMissing() {
        assertThat(LabReport.text(SETTINGS, TRIALS).lines()).containsOnlyOnce(
                "IPv6 was left out: this host's kernel does not speak it",
                "ruleset/vsftpd: this host was too busy to see all; explanations may lack packets of the captures (7)",
                "kernel-helper/vsftpd was left out: this kernel has no FTP helper");
    }

    @Test
    void json_saysWhatIsMissing() {
        assertThat(LabReport.json(SETTINGS, TRIALS)).isEqualTo("""
                {"topology":"routed","ipv6LeftOut":"this host's kernel does not speak it","trials":[\
                {"firewall":"ruleset","server":"vsftpd","missed":"packets of the captures (7)","cells":[]},\
                {"firewall":"kernel-helper","server":"vsftpd","leftOut":"this kernel has no FTP helper","cells":[]}]}""");
    }
}
