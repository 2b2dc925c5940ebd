using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Pipeline.Review;

public static class ReviewRegistration
{
    public static IServiceCollection AddReview(this IServiceCollection services) => services
        .AddSingleton<LabelErrorSearch>()
        .AddSingleton<LabelErrorReview>()
        .AddSingleton<LabelQualityOrder>()
        .AddSingleton<OutlierOrder>()
        .AddSingleton<PictureHashes>()
        .AddSingleton<NearDuplicateSearch>()
        .AddSingleton<NearDuplicates>()
        .AddSingleton<DuplicateResolution>()
        .AddSingleton<ImageClusters>()
        .AddSingleton<ImageGroups>()
        .AddSingleton<NewClasses>()
        .AddSingleton<NewClassLabels>()
        .AddSingleton<AgreementReports>()
        .AddSingleton<ImageComments>()
        .AddSingleton<LabelChecks>()
        .AddSingleton<ReviewStates>()
        .AddSingleton<Adjudication>()
        .AddSingleton<AnnotatorStatistics>()
        .AddSingleton<LaunchInspection>()
        .AddSingleton<WhatToLabelNext>()
        .AddSingleton<LearningCurves>();
}
