using System.Globalization;

namespace Mail.Hosting;

/// <summary>The name of this instance, for people: in timelines, logs and the list of senders.</summary>
/// <param name="Name">For example <c>config-1</c>: <c>INSTANCE_NAME</c>, or the name of the host.</param>
/// <param name="Installation">The name of the whole system that it is a part of: <c>MAIL_INSTANCE</c>; empty where it is not set.</param>
public sealed record Instance(string Name, string Installation)
{
    private const string Number = "{number}";

    internal static Instance From(IConfiguration configuration) =>
        new(NameOf(configuration["INSTANCE_NAME"], () => ContainerNumber.Own), configuration["MAIL_INSTANCE"] ?? "");

    /// <summary>
    /// The name, with <c>{number}</c> as the container's number. Where that can't be known it is the name of the host, which for a
    /// container is its id, and never the same for two.
    /// </summary>
    /// <param name="name">What <c>INSTANCE_NAME</c> says.</param>
    /// <param name="number">Finds the number; null where there is none.</param>
    internal static string NameOf(string? name, Func<int?> number)
    {
        if (name is not { Length: > 0 })
            return Environment.MachineName;
        if (!name.Contains(Number, StringComparison.Ordinal))
            return name;
        return number() is { } known
            ? name.Replace(Number, known.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            : Environment.MachineName;
    }
}
