using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace LabelStudio.Pipeline.Storage;

/// <summary>SQLite gives times back without a kind and PostgreSQL refuses such: all times are UTC, in and out.</summary>
internal sealed class UtcDateTimeConverter() : ValueConverter<DateTime, DateTime>(
    value => value.Kind == DateTimeKind.Local ? value.ToUniversalTime() : DateTime.SpecifyKind(value, DateTimeKind.Utc),
    value => DateTime.SpecifyKind(value, DateTimeKind.Utc));
