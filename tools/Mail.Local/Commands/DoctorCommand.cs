using System.CommandLine;
using Mail.Local.Running;

namespace Mail.Local.Commands;

/// <summary><c>./mail doctor</c>.</summary>
internal static class DoctorCommand
{
    internal static Command Create(Checkout checkout, LocalSystem system)
    {
        var command = new Command("doctor", "Says what is wrong on this machine, and what to do about it");
        command.SetAction(async (_, _) =>
        {
            var findings = await new Doctor(checkout, system).ExamineAsync();
            foreach (var finding in findings)
            {
                var mark = finding.IsFine ? "ok   " : "WRONG";
                Terminal.Print($"{mark}  {finding.About,-14} {finding.What}");
                if (finding.ToDo is { } toDo)
                    Terminal.Print($"       {"",-14} → {toDo}");
            }

            return findings.All(finding => finding.IsFine) ? 0 : 1;
        });
        return command;
    }
}
