package dev.sallyport.cli;

import dev.sallyport.admin.Answer;
import dev.sallyport.cli.TextTable.Column;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sallyport pinholes}: the open pinholes of a running gateway, and the data connections through them. */
@Command(
        name = "pinholes",
        mixinStandardHelpOptions = true,
        description = "Lists the open pinholes of a running gateway, and the data connections through them.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:listed", "2:wrong usage, or no gateway answers"})
final class PinholesCommand implements Callable<Integer> {

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private ControlOptions control;

    private PinholesCommand() {}

    @Override
    public Integer call() throws CommandFailure {
        return control.list("pinholes", answer -> table(ControlOptions.present(answer.pinholes())));
    }

    static TextTable table(List<Answer.Pinhole> pinholes) {
        var table = new TextTable(
                Column.text("ID"), Column.text("GATEWAY"), Column.text("CONNECTS"), Column.text("FROM"), Column.text("TO"),
                Column.text("TARGET"), Column.number("AGE"), Column.text("STATE"), Column.number("CLOSES IN"));
        for (var pinhole : pinholes) {
            var remaining = pinhole.remainingSeconds();
            table.row(
                    pinhole.id(), pinhole.gateway(), pinhole.connects(), pinhole.from(), pinhole.told(), pinhole.target(),
                    Amounts.time(pinhole.ageSeconds()), pinhole.state(), remaining == null ? "-" : Amounts.time(remaining));
        }
        return table;
    }
}
