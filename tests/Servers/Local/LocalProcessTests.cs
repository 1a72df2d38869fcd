using System.Diagnostics;
using System.Globalization;
using Mail.Local;
using Mail.Local.Processes;
using Mail.Tests.Fixtures;

namespace Mail.Tests.Servers.Local;

/// <summary>Processes that outlive whoever starts them, and that are found again.</summary>
public sealed class LocalProcessTests : IDisposable
{
    private static readonly ProgramStart _sleep = new("sleep", "600");

    private readonly string _directory = Directory.CreateTempSubdirectory("mail-process-").FullName;

    public void Dispose()
    {
        foreach (var name in LocalProcess.NamesIn(_directory))
            new LocalProcess(_directory, name).Signal(ProcessSignal.Kill);
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task One_is_found_again_by_its_name_and_ends_when_it_is_told_to()
    {
        await Found("sleeper").LaunchAsync("a fingerprint", _sleep);
        var found = Found("sleeper");
        Assert.Equal((true, "a fingerprint", false), (found.IsAlive, found.Fingerprint, found.WasLaunched));
        Assert.Equal(["sleeper"], LocalProcess.NamesIn(_directory));
        using var process = Process.GetProcessById(found.Pid!.Value);
        Assert.Equal("sleep", process.ProcessName);

        await found.StopAsync(ProcessSignal.Terminate, Deadline.Soon);

        Assert.False(found.IsAlive);
        Assert.Empty(LocalProcess.NamesIn(_directory));
    }

    [Fact]
    public async Task It_has_the_environment_that_it_is_given_and_no_other_and_all_that_it_prints_is_kept()
    {
        Environment.SetEnvironmentVariable("MAIL_TEST_NOT_HANDED_ON", "1");
        var process = Found("printer");
        await process.LaunchAsync("", new("sh", "-c", "env; pwd; echo an error >&2; exec sleep 600")
        {
            Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["SECRET"] = "two\nlines $HOME 'quoted'" },
            WorkingDirectory = _directory,
        });

        var said = await Deadline.UntilAsync(
            () => File.ReadAllTextAsync(process.LogFile), text => text.Contains("an error", StringComparison.Ordinal));
        Assert.Contains("SECRET=two\nlines $HOME 'quoted'\n", said, StringComparison.Ordinal);
        Assert.Contains($"\n{_directory}\n", said, StringComparison.Ordinal);
        Assert.DoesNotContain("MAIL_TEST_NOT_HANDED_ON", said, StringComparison.Ordinal);
        // What is on a command line is for everyone on the machine to read.
        Assert.DoesNotContain("lines $HOME", await File.ReadAllTextAsync($"/proc/{process.Pid}/cmdline"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stranger_that_was_given_the_pid_later_is_neither_taken_for_it_nor_told_to_stop()
    {
        await Found("sleeper").LaunchAsync("", _sleep);
        using var stranger = Process.Start("sleep", "600");
        await File.WriteAllTextAsync(
            Path.Combine(_directory, "sleeper.pid"), stranger.Id.ToString(CultureInfo.InvariantCulture));
        var pretended = Found("sleeper");
        // It began at another moment than the file says.
        Assert.False(pretended.IsAlive);
        await pretended.StopAsync(ProcessSignal.Kill, TimeSpan.Zero);
        Assert.False(stranger.HasExited);
        stranger.Kill();
    }

    [Fact]
    public async Task One_that_is_deaf_to_the_signal_is_killed_after_the_grace_time()
    {
        var deaf = Found("deaf");
        await deaf.LaunchAsync("", new("sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.1; done"));
        await Deadline.UntilAsync(() => File.ReadAllTextAsync(deaf.LogFile), text => text.Length > 0);
        await deaf.StopAsync(ProcessSignal.Terminate, TimeSpan.FromMilliseconds(300));
        Assert.False(deaf.IsAlive);
    }

    [Fact]
    public async Task One_that_was_told_to_stop_is_none_that_may_stay()
    {
        var process = Found("stopping");
        await process.LaunchAsync("wanted", new("sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"));
        process.Signal(ProcessSignal.Terminate);
        Assert.Equal((true, true), (Found("stopping").IsAlive, Found("stopping").IsStopping));
        Assert.NotEqual("wanted", Found("stopping").Fingerprint);
    }

    [Fact]
    public async Task One_that_ends_while_it_starts_fails_with_the_end_of_its_log()
    {
        var process = Found("broken");
        await process.LaunchAsync("", new("sh", "-c", "echo the reason; exit 1"));
        var failed = await Assert.ThrowsAsync<LocalException>(
            () => Readiness.WaitAsync(process, Deadline.Soon, () => Task.FromResult(false)));
        Assert.Contains("broken ended while starting", failed.Message, StringComparison.Ordinal);
        Assert.Contains(process.LogFile, failed.Message, StringComparison.Ordinal);
        // Found dead, by one that did not start it, it is started again.
        Assert.False(await Readiness.WaitAsync(Found("broken"), Deadline.Soon, () => Task.FromResult(false)));
    }

    private LocalProcess Found(string name) => new(_directory, name);
}
