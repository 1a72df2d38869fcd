using System.Runtime.InteropServices;

namespace Mail.Bench;

/// <summary>What a number was measured on, without which it says nothing.</summary>
/// <param name="Load">The load average of the minute before: near zero, or something else was measured as well.</param>
internal sealed record Machine(
    int Cores, string Cpu, double MemoryGiB, string OperatingSystem, string DotNet, string PostgreSql, string RabbitMq, string Load)
{
    internal static async Task<Machine> DescribeAsync(Servers servers) => new(
        Environment.ProcessorCount,
        ValueIn("/proc/cpuinfo", "model name", ':') ?? RuntimeInformation.ProcessArchitecture.ToString(),
        Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1L << 30), 1),
        ValueIn("/etc/os-release", "PRETTY_NAME", '=') ?? RuntimeInformation.OSDescription,
        Environment.Version.ToString(),
        await servers.PostgresVersionAsync(),
        servers.RabbitMqVersion,
        File.Exists("/proc/loadavg") ? (await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0] : "unknown");

    public override string ToString() =>
        $"{Cores} cores ({Cpu}), {MemoryGiB} GiB, {OperatingSystem}; .NET {DotNet}, PostgreSQL {PostgreSql}, RabbitMQ {RabbitMq}, all on "
        + $"this machine, whose load was {Load} before";

    private static string? ValueIn(string file, string name, char separator) =>
        File.Exists(file)
            ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))
                ?.Split(separator, 2)[1].Trim(' ', '"')
            : null;
}
