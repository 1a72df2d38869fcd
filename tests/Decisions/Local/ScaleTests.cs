using Mail.Local.Processes;
using Mail.Local.Running;

namespace Mail.Tests.Decisions.Local;

/// <summary>What a system on this machine keeps in its folder, and finds again.</summary>
public sealed class ScaleTests : IDisposable
{
    private readonly string _run = Directory.CreateTempSubdirectory("mail-run-").FullName;

    public void Dispose() => Directory.Delete(_run, recursive: true);

    [Fact]
    public void A_scale_stays_until_another_is_asked_for()
    {
        var checkout = new Mail.Local.Running.Checkout("/nowhere", _run);
        Assert.Equal(["config-1", "scheduler-1", "sender-1"], Names([]));
        Assert.Equal(["config-1", "scheduler-1", "sender-1", "sender-2"], Names(new() { [ServiceKind.Sender] = 2 }));
        Assert.Equal(["scheduler-1", "sender-1", "sender-2"], Names(new() { [ServiceKind.Config] = 0 }));
        Assert.Equal(["scheduler-1", "sender-1", "sender-2"], Names([]));
        Scale.Forget(checkout);
        Assert.Equal(["config-1", "scheduler-1", "sender-1"], Names([]));

        IEnumerable<string> Names(Dictionary<ServiceKind, int> asked) =>
            Scale.Choose(checkout, asked).Instances.Select(instance => instance.ToString());
    }

    [Theory]
    [InlineData("native\n", "native")]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void An_empty_mode_is_none(string? text, string? mode)
    {
        if (text is not null)
            File.WriteAllText(Path.Combine(_run, "mode"), text);
        Assert.Equal(mode, new Mail.Local.Running.Checkout("/nowhere", _run).Mode);
    }

    [Fact]
    public async Task A_second_one_waits_for_the_lock_and_says_so_once()
    {
        var file = Path.Combine(_run, "lock");
        var waiting = 0;
        Task<IDisposable> second;
        using (await FileLock.TakeAsync(file))
        {
            second = FileLock.TakeAsync(file, () => waiting++);
            Assert.False(second.IsCompleted);
        }

        using (await second)
            Assert.Equal(1, waiting);
    }

    [Fact]
    public void A_path_is_what_the_kernel_shows_of_it()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_run, "a folder")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(_run, "link"), "a folder");
        Assert.Equal(folder, RealPath.Resolve(Path.Combine(_run, "link") + "/"));
        Assert.Equal(Path.Combine(folder, "not there", "yet"), RealPath.Resolve(Path.Combine(_run, "link", "not there", "yet")));
    }
}
