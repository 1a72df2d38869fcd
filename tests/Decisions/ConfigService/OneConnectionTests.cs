using System.Reflection;
using Mail.ConfigService;
using Mail.ConfigService.Requests;
using Marten;
using Npgsql;

namespace Mail.Tests.Decisions.ConfigService;

/// <summary>A request has one connection to the database at a time.</summary>
public sealed class OneConnectionTests
{
    private const BindingFlags All =
        BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    [Fact]
    public void Only_the_unit_of_work_opens_connections()
    {
        var sources = new[] { typeof(NpgsqlDataSource), typeof(IDocumentStore) };
        var offenders =
            from type in typeof(MailJson).Assembly.GetTypes()
            where !(type.FullName!).StartsWith(typeof(UnitOfWork).FullName!, StringComparison.Ordinal)
            from used in type.GetFields(All).Select(field => field.FieldType)
                .Concat(type.GetConstructors(All).Concat<MethodBase>(type.GetMethods(All))
                    .SelectMany(method => method.GetParameters()).Select(parameter => parameter.ParameterType))
            where sources.Any(source => source.IsAssignableFrom(used))
            select type.FullName;
        Assert.Empty(offenders.Distinct());
    }

    [Fact]
    public async Task Asking_for_a_second_connection_while_the_first_is_held_is_an_error()
    {
        using var queue = new ConnectionQueue(TimeProvider.System);
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            using var first = await queue.EnterAsync(CancellationToken.None);
            using var second = await queue.EnterAsync(CancellationToken.None);
        });
    }

    [Fact]
    public async Task One_connection_after_another_is_none_at_a_time()
    {
        using var queue = new ConnectionQueue(TimeProvider.System);
        for (var number = 0; number < 100; number++)
            await UseAsync();

        async Task UseAsync()
        {
            using var connection = await queue.EnterAsync(CancellationToken.None);
        }
    }
}
