using Npgsql;
using static Mail.Store.Sql;

namespace Mail.Store;

/// <summary>Runs the statements of <see cref="TransitionSql"/>.</summary>
internal static class TransitionCommands
{
    /// <summary>What the statement returns, its first column.</summary>
    internal static async Task<List<T>> ListAsync<T>(
        NpgsqlConnection connection, string sql, IReadOnlyCollection<EmailTransition> moves, CancellationToken cancellationToken,
        params NpgsqlParameter[] parameters)
    {
        await using var command = Command(connection, sql, moves, parameters);
        var list = new List<T>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            list.Add(reader.GetFieldValue<T>(0));
        return list;
    }

    /// <summary>The e-mails that the statement returns; without moves it is not run.</summary>
    internal static async Task<List<ScheduledEmail>> EmailsAsync(
        NpgsqlConnection connection, string sql, IReadOnlyCollection<EmailTransition> moves, CancellationToken cancellationToken,
        params NpgsqlParameter[] parameters)
    {
        if (moves.Count == 0)
            return [];
        await using var command = Command(connection, sql, moves, parameters);
        return await StoreJson.ListAsync<ScheduledEmail>(command, cancellationToken);
    }

    /// <summary>The parameters that <see cref="TransitionSql.Update"/> reads its moves from.</summary>
    internal static void AddMoves(NpgsqlParameterCollection parameters, IReadOnlyCollection<EmailTransition> moves)
    {
        parameters.Add(Value("ids", moves.Select(move => move.Id).ToArray()));
        parameters.Add(Json("patches", moves.Select(move => move.Patch)));
        parameters.Add(Json("entries", moves.Select(move => move.Entry)));
    }

    /// <summary>The statement with its moves.</summary>
    internal static NpgsqlCommand Command(
        NpgsqlConnection connection, string sql, IReadOnlyCollection<EmailTransition> moves, NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlCommand(sql, connection);
        if (moves.Count > 0)
            AddMoves(command.Parameters, moves);
        command.Parameters.AddRange(parameters);
        if (!command.Parameters.Contains("now"))
            command.Parameters.Add(Now(null));
        return command;
    }
}
